//! A health monitor: probes, incidents in `SQLite`, and a configuration file that is read anew
//! when it changes; wired with pumped.
//!
//! Start at [`wiring`], which says what there is. [`settings`] is what the file says and
//! [`reload`] how it is followed; [`scheduler`] says when something is probed, [`flows`] what
//! follows from what was found, and [`page`] shows it.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::Path;

pub mod changes;
pub mod cli;
pub mod database;
pub mod demo;
pub mod flows;
pub mod ledger;
pub mod logs;
pub mod monitor;
pub mod page;
pub mod probe;
pub mod reload;
pub mod scheduler;
pub mod settings;
mod signals;
pub mod wiring;

pub use cli::Cli;

use demo::Demo;
use monitor::{Monitor, StartError};
use pumped::error::{BuildError, DisposeError};
use settings::{Config, ConfigError, Settings};
use tracing::info;

/// Why the monitor has not started, or not ended as it should.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There are no signals.
    #[error("cannot listen for signals: {0}")]
    Signals(io::Error),
    /// The demo has no port, or no room.
    #[error("there is no demo: {0}")]
    Demo(io::Error),
    /// The configuration cannot be worked with.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// Something is missing: a mistake in the wiring.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// It has not started.
    #[error(transparent)]
    Start(#[from] StartError),
    /// Something could not be closed.
    #[error(transparent)]
    Dispose(#[from] DisposeError),
}

/// Watches until a signal says that it is enough, and then ends in order: the page, the
/// scheduler, the repositories, the database.
///
/// # Errors
/// If it cannot start, or if something cannot be closed.
pub async fn run(cli: Cli) -> Result<(), Error> {
    // Before anybody is told that there is something to stop.
    let stop = signals::stop().map_err(Error::Signals)?;
    let grace = cli.grace();
    let (file, _demo) = if let Some(file) = cli.config {
        (file, None)
    } else {
        let demo = Demo::start().await.map_err(Error::Demo)?;
        (demo.config(), Some(demo))
    };
    let config = Config::load(&file)?;
    let scope = wiring::builder(Settings { file: file.clone(), config }).build()?;
    let monitored = match Monitor::start(&scope, stop).await {
        Ok(monitor) => {
            welcome(monitor.address(), &file);
            monitor.ended().await;
            Ok(())
        }
        Err(error) => Err(error),
    };
    // Begins nothing new, waits for what runs, gives up what takes too long, and closes what
    // is open: also what a start has opened that failed later.
    let closed = scope.shutdown(grace).await;
    info!("everything closed");
    monitored?;
    Ok(closed?)
}

fn welcome(address: SocketAddr, file: &Path) {
    let text = format!(
        "listening on http://{address}\nto watch something else, change {}\n",
        file.display()
    );
    // Not `println!`, which panics when nobody reads stdout any more.
    let _ = io::stdout().write_all(text.as_bytes());
}
