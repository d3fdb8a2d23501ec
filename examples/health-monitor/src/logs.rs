//! Logs, which go to stderr.

use std::io::{self, IsTerminal};

use tracing_subscriber::EnvFilter;

/// What opens, closes and fails. That a probe fails is no error of ours: of flows only a
/// panic is worth a line.
const DEFAULT: &str = "info,pumped=error";

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
