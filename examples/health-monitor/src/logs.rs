//! Logs, which go to stderr.

use std::io::{self, IsTerminal};

use tracing_subscriber::EnvFilter;

/// What opens, closes and fails. That a probe fails, or takes too long, is no error of ours:
/// what follows from it is said elsewhere. Only what goes wrong in a cleanup is said by pumped.
const DEFAULT: &str = "info,pumped=off,pumped::cleanup=error";

/// Shows what opens and closes, or what `RUST_LOG` says.
pub fn to_stderr() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(DEFAULT));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(io::stderr().is_terminal())
        .with_writer(io::stderr)
        .with_target(false)
        .init();
}
