//! The command line.

use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;

/// Watches whether HTTP and TCP targets are there, and keeps incidents
#[derive(Debug, Parser)]
#[command(version)]
pub struct Cli {
    /// The configuration file; without it, a demo
    #[arg(long, value_name = "PATH")]
    pub config: Option<PathBuf>,
    /// How long what is running may take to end at shutdown
    #[arg(long, value_name = "MS", default_value = "5000")]
    pub grace: u64,
}

impl Cli {
    /// How long what is running may take to end at shutdown.
    #[must_use]
    pub fn grace(&self) -> Duration {
        Duration::from_millis(self.grace)
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_definition_contradicts_nothing() {
        Cli::command().debug_assert();
    }
}
