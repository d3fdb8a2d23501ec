//! Users and posts over HTTP: axum over `SQLite`, wired with pumped.
//!
//! Start at [`wiring`], which says what there is; [`flows`] says what can be asked for,
//! [`http`] how, and [`run`] when. [`settings`] is what can be changed while it runs.

use std::io::{self, Write};
use std::net::SocketAddr;

pub mod blog;
pub mod cli;
pub mod database;
pub mod error;
pub mod flows;
pub mod http;
pub mod logs;
pub mod posts;
pub mod server;
pub mod settings;
pub mod tags;
pub mod users;
pub mod wiring;

pub use cli::Cli;

use error::DatabaseError;
use pumped::error::{BuildError, DisposeError};
use pumped::prelude::*;
use server::Connections;
use tokio::net::TcpListener;
use tracing::info;
use wiring::App;

/// Why the server has not started, or not ended as it should.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Something is missing: a mistake in the wiring.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// Something cannot be had.
    #[error(transparent)]
    Resolve(#[from] ResolveError),
    /// The database cannot be opened.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// The address cannot be listened at, or there are no signals.
    #[error("cannot listen at {0}: {1}")]
    Listen(SocketAddr, io::Error),
    /// Something could not be closed.
    #[error(transparent)]
    Dispose(#[from] DisposeError),
}

/// Serves until a signal says that it is enough, and then ends in order: the listener, the
/// requests, and what they were working with.
///
/// # Errors
/// If it cannot start, or if something cannot be closed.
pub async fn run(cli: Cli) -> Result<(), Error> {
    let settings = cli.settings();
    let scope = wiring::builder(settings.clone()).build()?;
    let served = serve(&scope, &cli).await;
    // Refuses requests, waits for those that run, gives up those that take too long, and
    // closes what is open: also what a start has opened that failed later.
    let closed = scope.shutdown(settings.grace).await;
    info!("everything closed");
    served?.end().await;
    Ok(closed?)
}

async fn serve(scope: &Scope, cli: &Cli) -> Result<Connections, Error> {
    let app = scope.get::<App>()?;
    // What is wrong with these is an error of the start, and not one of every request.
    app.blog.get()?;
    app.database.get()?.ready().await?;
    let failed = |error| Error::Listen(cli.listen, error);
    // Before anybody is told that there is something to stop.
    let stop = server::stop_at_signals().map_err(failed)?;
    let listener = TcpListener::bind(cli.listen).await.map_err(failed)?;
    welcome(listener.local_addr().map_err(failed)?);
    Ok(server::serve(listener, &app.router, cli.settings().read_timeout, stop).await)
}

fn welcome(address: SocketAddr) {
    let text = format!(
        "\
listening on http://{address}
try: curl -X POST http://{address}/users -H 'content-type: application/json' -d '{{\"name\": \"ada\"}}'
     curl http://{address}/users
see: http://{address}/debug/graph and http://{address}/debug/executions
"
    );
    // Not `println!`, which panics when nobody reads stdout any more.
    let _ = io::stdout().write_all(text.as_bytes());
}
