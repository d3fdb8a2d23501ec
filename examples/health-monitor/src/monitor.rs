//! A monitor from its start to its end, whatever its scope was put together from.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use pumped::prelude::*;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tracing::{error, info, warn};

use crate::database::DatabaseError;
use crate::flows::{retire, say_if_failed};
use crate::page;
use crate::reload::Watched;
use crate::wiring::App;

/// How long a client may take to take its last answer.
const PATIENCE: Duration = Duration::from_secs(1);

/// Why a monitor has not started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Something cannot be had.
    #[error(transparent)]
    Resolve(#[from] ResolveError),
    /// The database cannot be opened.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// The address cannot be listened at.
    #[error("cannot listen at {0}: {1}")]
    Listen(SocketAddr, io::Error),
    /// The configuration file cannot be watched.
    #[error("cannot watch the configuration file: {0}")]
    Watch(#[from] notify::Error),
}

/// A monitor that runs.
#[must_use = "it works as long as it is awaited"]
pub struct Monitor {
    address: SocketAddr,
    page: JoinHandle<()>,
    reloading: JoinHandle<()>,
}

impl Monitor {
    /// Starts what the scope has, until `stop` is cancelled.
    ///
    /// # Errors
    /// If it cannot start. What it has built until then is closed with the scope.
    pub async fn start(scope: &Scope, stop: CancellationToken) -> Result<Self, StartError> {
        let app = scope.get::<App>()?;
        let given = &app.settings;
        // What is wrong with these is an error of the start, and not one of every probe.
        app.ledger.get()?;
        app.database.get()?.ready().await?;
        let listen = given.config.listen;
        let failed = |error| StartError::Listen(listen, error);
        let listener = TcpListener::bind(listen).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        say_if_failed(&scope.exec_async(retire()).await);
        let router = page::router(scope, stop.clone())?;
        let watched = Watched::new(&given.file)?;
        // What an execution still holds when a configuration is replaced is closed later.
        tokio::spawn(scope.downgrade().keep_drained());
        // From here on nothing fails any more: there is somebody to end what begins.
        app.scheduler.get()?;
        let reloading = tokio::spawn({
            let (scope, file, stop) = (scope.clone(), given.file.clone(), stop.clone());
            async move {
                let _ = stop.run_until_cancelled(watched.follow(&scope, &file)).await;
            }
        });
        let page = tokio::spawn(async move {
            let serving = axum::serve(listener, router);
            let serving = serving.with_graceful_shutdown(stop.cancelled_owned());
            if let Err(error) = serving.await {
                error!("no page any more: {error}");
            }
        });
        Ok(Self { address, page, reloading })
    }

    /// Where its page is.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Waits until it is told to stop, and has closed its page. The scope, and with it the
    /// scheduler, is closed by whoever has made it.
    pub async fn ended(mut self) {
        if let Err(error) = self.reloading.await {
            error!("the configuration is not followed any more: {error}");
        }
        if timeout(PATIENCE, &mut self.page).await.is_err() {
            warn!("a client that does not take its answer is given up");
            self.page.abort();
        }
        info!("page closed");
    }
}
