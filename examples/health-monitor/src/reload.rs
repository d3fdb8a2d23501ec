//! The configuration file, followed while the program runs.
//!
//! What cannot be put in force (the file is gone, it is no TOML, its database cannot be
//! opened) leaves what is in force as it is, and is said on the page and in the log.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use notify::event::{AccessKind, AccessMode};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use pumped::error::ScopeError;
use pumped::prelude::*;
use tokio::sync::Notify;
use tokio::task::{JoinError, spawn_blocking};
use tokio::time::sleep;
use tracing::{error, info, warn};

use crate::changes::changes;
use crate::database::{DatabaseError, database};
use crate::flows::{retire, say_if_failed};
use crate::ledger::Ledger;
use crate::settings::{Config, ConfigError, config, config_problem};

/// To save a file is several events: this one waits for all of them.
const SETTLED: Duration = Duration::from_millis(50);

/// Why the file as it is now is not in force.
#[derive(Debug, thiserror::Error)]
pub enum ReloadError {
    /// It cannot be.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The graph has refused it.
    #[error(transparent)]
    Change(#[from] ScopeError),
    /// What depends on it cannot be built.
    #[error(transparent)]
    Resolve(#[from] ResolveError),
    /// Its database could be opened a moment ago, but does not answer.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// Reading it has panicked.
    #[error(transparent)]
    Panic(#[from] JoinError),
}

/// A file that is watched, as long as this lives.
pub struct Watched {
    changed: Arc<Notify>,
    _watcher: RecommendedWatcher,
}

impl Watched {
    /// Begins to watch. It is the directory that is watched: editors put a new file in the
    /// place of the old one.
    ///
    /// # Errors
    /// If the system does not allow that.
    pub fn new(file: &Path) -> notify::Result<Self> {
        let changed = Arc::new(Notify::new());
        let name = file.file_name().map(ToOwned::to_owned);
        let directory = match file.parent() {
            Some(directory) if directory != Path::new("") => directory,
            _ => Path::new("."),
        };
        let heard = changed.clone();
        let mut watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
            // An error may mean that events were lost: then it is better to look.
            let concerns_us = event.map_or(true, |event| {
                writes(event.kind)
                    && (event.need_rescan()
                        || event.paths.iter().any(|path| path.file_name() == name.as_deref()))
            });
            if concerns_us {
                heard.notify_one();
            }
        })?;
        watcher.watch(directory, RecursiveMode::NonRecursive)?;
        Ok(Self { changed, _watcher: watcher })
    }

    /// Puts in force what the file says, whenever it changes. Ends only by being dropped.
    pub async fn follow(&self, scope: &Scope, file: &Path) {
        loop {
            // It may have changed between the start and the moment from which it is watched.
            reload(scope, file).await;
            self.changed.notified().await;
            sleep(SETTLED).await;
        }
    }
}

/// Whether a file may be another one after this. To read it is an event, too.
fn writes(kind: EventKind) -> bool {
    match kind {
        EventKind::Access(access) => access == AccessKind::Close(AccessMode::Write),
        _ => true,
    }
}

/// Puts in force what the file says, and says so, or why not.
async fn reload(scope: &Scope, file: &Path) {
    let is_news = match replace(scope, file).await {
        Ok(true) => {
            info!("configuration replaced");
            true
        }
        // It may be what it was before a mistake.
        Ok(false) => say(scope, None),
        Err(problem) => say(scope, Some(problem.to_string())),
    };
    if is_news && let Ok(changes) = scope.get::<changes>() {
        changes.announce();
    }
}

/// Says what is wrong with the file, once, though to save it is several events. Whether it
/// was something else before.
fn say(scope: &Scope, problem: Option<String>) -> bool {
    if scope.get::<config_problem>().is_ok_and(|said| *said == problem) {
        return false;
    }
    if let Some(problem) = &problem {
        error!("configuration not replaced: {problem}");
    } else {
        info!("the configuration file is as it was");
    }
    if let Err(error) = scope.update::<config_problem>(problem) {
        error!("not shown: {error}");
    }
    true
}

/// Whether it is another configuration than before.
async fn replace(scope: &Scope, file: &Path) -> Result<bool, ReloadError> {
    let old = scope.get::<config>()?.clone();
    let new = {
        let (old, file) = (old.clone(), file.to_owned());
        spawn_blocking(move || Config::load_in_place_of(&old, &file)).await??
    };
    if new == old {
        return Ok(false);
    }
    if new.listen != old.listen {
        warn!("the page stays where it is: `listen` takes effect at the next start");
    }
    // The scheduler is eager: when this returns, it is another one if the targets are others.
    scope.batch(|batch| {
        batch.update::<config>(new)?;
        batch.update::<config_problem>(None)
    })?;
    // Everything else is built when it is read: here, and not by the next probe, so that
    // nothing but what is running keeps what is replaced.
    scope.get::<Ledger>()?;
    let opened = scope.dep::<database>()?;
    opened.ready().await?;
    drop(opened);
    // The old tasks end, and what nobody uses any more is closed.
    scope.drain().await;
    say_if_failed(&scope.exec_async(retire()).await);
    Ok(true)
}
