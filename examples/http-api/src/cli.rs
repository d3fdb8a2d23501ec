//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgAction, Parser};

use crate::settings::Settings;

// Not doc comments: those take backticks, and a terminal does not.
const HELP_LISTEN: &str = "Where to listen; port 0 picks a free one";
const HELP_GRACE: &str = "How long running requests may take to end at shutdown";
const HELP_READ_TIMEOUT: &str = "How long a client may take to send a header, or a body";
const HELP_VERBOSE: &str = "Log each request (-vv: all there is); otherwise RUST_LOG decides";

/// Serves users and posts over HTTP, out of a database in a file
#[derive(Debug, Parser)]
#[command(version)]
pub struct Cli {
    /// The file of the database
    #[arg(long, value_name = "PATH", default_value = "http-api.db")]
    pub database: PathBuf,
    /// Where to listen.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080", help = HELP_LISTEN)]
    pub listen: SocketAddr,
    /// How long running requests may take to end at shutdown.
    #[arg(long, value_name = "MS", default_value = "10000", help = HELP_GRACE)]
    pub grace: u64,
    /// How long a client may take to send a header, or a body.
    #[arg(long, value_name = "MS", default_value = "10000", help = HELP_READ_TIMEOUT)]
    pub read_timeout: u64,
    /// Log each request.
    #[arg(short, long, action = ArgAction::Count, help = HELP_VERBOSE)]
    pub verbose: u8,
}

impl Cli {
    /// What it says about the server.
    #[must_use]
    pub fn settings(&self) -> Settings {
        Settings {
            database: self.database.clone(),
            read_timeout: Duration::from_millis(self.read_timeout),
            grace: Duration::from_millis(self.grace),
        }
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
