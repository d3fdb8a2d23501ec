//! Logs, which go to stderr: stdout belongs to the summary.

use std::io::{self, IsTerminal};

use tracing_subscriber::EnvFilter;

/// Of the flows, only a panic and a deadline are worth a line: orders that fail are in the
/// summary.
const QUIET: &str = "warn,pumped=error";

/// Shows warnings; with `-v` what is done, with `-vv` how. Without `-v`, `RUST_LOG` decides.
pub fn to_stderr(verbose: u8) {
    let filter = match verbose {
        0 => EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(QUIET)),
        1 => EnvFilter::new("info"),
        _ => EnvFilter::new("debug"),
    };
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(io::stderr().is_terminal())
        .with_writer(io::stderr)
        .with_target(false)
        .without_time()
        .init();
}
