//! Logs, which go to stderr: stdout belongs to the answer.

use std::io::{self, IsTerminal};

use tracing::Level;
use tracing_subscriber::EnvFilter;

/// Shows warnings; with `-v` what is done, with `-vv` how. Without `-v`, `RUST_LOG` decides.
pub fn to_stderr(verbose: u8) {
    let (filter, complaint) = match verbose {
        0 => match EnvFilter::builder().with_default_directive(Level::WARN.into()).from_env() {
            Ok(filter) => (filter, None),
            Err(error) => (EnvFilter::new("warn"), Some(error)),
        },
        1 => (EnvFilter::new("info"), None),
        _ => (EnvFilter::new("debug"), None),
    };
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(io::stderr().is_terminal())
        .with_writer(io::stderr)
        .with_target(false)
        .without_time()
        .init();
    if let Some(error) = complaint {
        tracing::warn!("RUST_LOG is ignored: {error}");
    }
}
