//! The word to end, as the system gives it.

use std::future::pending;
use std::io;

use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

/// A token that is cancelled by ctrl-c or, where there is one, SIGTERM.
///
/// # Errors
/// If the system lets nobody listen for signals.
pub(crate) fn stop() -> io::Result<CancellationToken> {
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
