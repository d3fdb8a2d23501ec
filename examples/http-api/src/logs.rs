//! Logs, which go to stderr.

use std::io::{self, IsTerminal};

use tracing_subscriber::EnvFilter;

/// What opens, closes and fails. That a request has failed is told by its answer and by
/// `/debug/executions`, so of flows only a panic is worth a line.
const QUIET: &str = "info,pumped=error";

/// Each request as well.
const VERBOSE: &str = "info,pumped=error,http_api=debug";

/// Everything: what flows and executors do, and each job of the database.
const ALL: &str = "debug,http_api=trace";

/// Shows what opens and closes; with `-v` each request, with `-vv` all there is. Without
/// `-v`, `RUST_LOG` decides.
pub fn to_stderr(verbose: u8) {
    let filter = match verbose {
        0 => EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(QUIET)),
        1 => EnvFilter::new(VERBOSE),
        _ => EnvFilter::new(ALL),
    };
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(io::stderr().is_terminal())
        .with_writer(io::stderr)
        .with_target(false)
        .init();
}
