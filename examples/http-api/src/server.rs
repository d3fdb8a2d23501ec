//! The listener and its connections, from the first to the last.
//!
//! `axum::serve` would do for most; this knows slow clients.

use std::future::pending;
use std::io;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::{debug, info, warn};

use crate::http::error::HttpError;

/// A token that is cancelled by ctrl-c or, where there is one, SIGTERM.
///
/// # Errors
/// If the system lets nobody listen for signals.
pub fn stop_at_signals() -> io::Result<CancellationToken> {
    #[cfg(unix)]
    let terminated = {
        use tokio::signal::unix::{SignalKind, signal};
        let mut signal = signal(SignalKind::terminate())?;
        async move {
            if signal.recv().await.is_none() {
                pending::<()>().await;
            }
        }
    };
    #[cfg(not(unix))]
    let terminated = pending::<()>();
    let stop = CancellationToken::new();
    let stopping = stop.clone();
    tokio::spawn(async move {
        tokio::select! {
            result = tokio::signal::ctrl_c() => match result {
                Ok(()) => info!("interrupted"),
                Err(error) => warn!("no ctrl-c: {error}"),
            },
            () = terminated => info!("terminated"),
        }
        stopping.cancel();
    });
    Ok(stop)
}

/// Takes connections until `stop`. Those that are left then take no more requests.
pub async fn serve(
    listener: TcpListener,
    router: &Router,
    read_timeout: Duration,
    stop: CancellationToken,
) -> Connections {
    let connections = Connections { tasks: TaskTracker::new(), give_up: CancellationToken::new() };
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stop.cancelled() => break,
        };
        match accepted {
            Ok((stream, _)) => {
                let connection = Connection {
                    router: router.clone(),
                    read_timeout,
                    stop: stop.clone(),
                    give_up: connections.give_up.clone(),
                };
                connections.tasks.spawn(connection.serve(stream));
            }
            Err(error) => {
                // Out of files, say: there are some again when a connection has ended.
                warn!("no connection: {error}");
                sleep(Duration::from_millis(50)).await;
            }
        }
    }
    drop(listener);
    info!("listener closed");
    connections
}

/// What is left when the listener is closed.
#[must_use = "they end with the program, in the middle of an answer"]
pub struct Connections {
    tasks: TaskTracker,
    give_up: CancellationToken,
}

impl Connections {
    /// Waits until the last answers are on their way. To be called when no request is running
    /// any more: a client that does not take its answer, or is in the middle of a header, is
    /// not waited for.
    pub async fn end(self) {
        self.tasks.close();
        if timeout(Duration::from_secs(1), self.tasks.wait()).await.is_err() {
            warn!("{} connections are given up", self.tasks.len());
            self.give_up.cancel();
            self.tasks.wait().await;
        }
    }
}

struct Connection {
    router: Router,
    read_timeout: Duration,
    /// No more requests.
    stop: CancellationToken,
    /// Nor the rest of an answer.
    give_up: CancellationToken,
}

impl Connection {
    async fn serve(self, stream: TcpStream) {
        let service = TowerToHyperService::new(self.router);
        let mut served = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.read_timeout)
            .serve_connection(TokioIo::new(stream), service);
        let mut has_stopped = false;
        let ended = loop {
            tokio::select! {
                ended = &mut served => break ended,
                () = self.stop.cancelled(), if !has_stopped => {
                    has_stopped = true;
                    std::pin::Pin::new(&mut served).graceful_shutdown();
                }
                () = self.give_up.cancelled() => return,
            }
        };
        match ended {
            Ok(()) => {}
            Err(error) if error.is_timeout() => {
                let parts = served.into_parts();
                // A client that has not begun a request gets no answer to it.
                if !parts.read_buf.is_empty() {
                    too_slow(parts.io.into_inner()).await;
                }
            }
            Err(error) => debug!("connection: {error}"),
        }
    }
}

/// The header has not come in time: hyper closes without a word, and we say why.
async fn too_slow(mut stream: TcpStream) {
    let body = HttpError::too_slow("the header did not come in time").body().to_string();
    let response = format!(
        "HTTP/1.1 408 Request Timeout\r\ncontent-type: application/json\r\n\
         content-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    );
    // The client may be gone.
    let _ = stream.write_all(response.as_bytes()).await;
    let _ = stream.shutdown().await;
}
