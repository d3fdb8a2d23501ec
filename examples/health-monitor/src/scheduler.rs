//! Who probes, and when: a task for each target.
//!
//! When the targets change, `scheduler` is built anew: its tasks begin when those of the old
//! one have ended.

use std::sync::Arc;
use std::time::Instant;

use pumped::WeakScope;
use pumped::prelude::*;
use tokio::sync::Mutex;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;
use tracing::{error, info};

use crate::flows::{now_ms, record, say_if_failed};
use crate::ledger::{Check, Ledger};
use crate::probe::{TargetName, probe};
use crate::settings::{Target, targets};

/// Held by the scheduler that is at work: there is never more than one.
#[executor]
pub fn baton() -> Arc<Mutex<()>> {
    Arc::default()
}

/// Starts the tasks, and ends them. Nobody reads it, so it is `eager`.
///
/// The flows that its tasks run take the ledger. `_ledger` says so to the graph: at the end
/// the tasks are gone before the repositories are closed. It is a controller, and no part of
/// this is built anew when the database is another one: the next `record` takes that.
#[executor(eager)]
pub fn scheduler(
    targets: Reactive<targets>,
    baton: Dep<baton>,
    _ledger: Controller<Ledger>,
    cx: &ResolveCtx<'_>,
) -> Scheduler {
    let stop = CancellationToken::new();
    let work = Work { scope: cx.scope(), targets: targets.to_vec(), stop: stop.clone() };
    let baton = Arc::clone(&baton);
    let at_work = tokio::spawn(async move {
        // Not before the old tasks have ended.
        if let Some(_baton) = work.stop.run_until_cancelled(baton.lock_owned()).await {
            work.run().await;
        }
    });
    // What is registered last runs first: the tasks are told to end, and then awaited.
    cx.on_cleanup_async(|| async {
        if let Err(error) = at_work.await {
            error!("the scheduler has failed: {error}");
        }
    });
    cx.on_cleanup(move || stop.cancel());
    Scheduler { watched: targets.len() }
}

/// See [`fn@scheduler`].
#[derive(Debug)]
pub struct Scheduler {
    /// How many targets it probes.
    pub watched: usize,
}

/// What one scheduler does. It is in the scope that it runs flows in, so it holds that weakly.
struct Work {
    scope: WeakScope,
    targets: Vec<Target>,
    stop: CancellationToken,
}

impl Work {
    async fn run(self) {
        info!(targets = self.targets.len(), "scheduler started");
        let mut tasks = JoinSet::new();
        for target in &self.targets {
            tasks.spawn(watch(self.scope.clone(), target.clone(), self.stop.clone()));
        }
        while let Some(ended) = tasks.join_next().await {
            if let Err(error) = ended {
                error!("a target is not watched any more: {error}");
            }
        }
        // Also of one that has nothing to do.
        self.stop.cancelled().await;
        info!("scheduler stopped");
    }
}

/// Probes a target again and again.
async fn watch(scope: WeakScope, target: Target, stop: CancellationToken) {
    let mut ticks = interval(target.interval());
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while stop.run_until_cancelled(ticks.tick()).await.is_some() {
        let Some(scope) = scope.upgrade() else { return };
        let Some(check) = check(&scope, &target, &stop).await else { return };
        let context = scope
            .context()
            .tag(TargetName(target.name.clone()))
            .name(format!("record {}", target.name));
        say_if_failed(&context.exec_async(record(target.failures_to_open, check)).await);
    }
}

/// Probes a target. That it fails is what one wants to know; only the end is none of that.
async fn check(scope: &Scope, target: &Target, stop: &CancellationToken) -> Option<Check> {
    let context = scope
        .context()
        .tag(TargetName(target.name.clone()))
        .name(format!("probe {}", target.name))
        .timeout(target.timeout())
        .cancel_on(stop.clone());
    let (at_ms, began) = (now_ms(), Instant::now());
    let problem = match context.exec_async(probe(target)).await {
        Ok(()) => None,
        Err(FlowError::Cancelled | FlowError::Disposed) => return None,
        // Its own error, a deadline that has passed, or a panic.
        Err(error) => Some(error.to_string()),
    };
    let took_ms = began.elapsed().as_millis().try_into().unwrap_or(i64::MAX);
    Some(Check { at_ms, took_ms, problem })
}
