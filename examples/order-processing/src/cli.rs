//! The command line.

use std::num::ParseIntError;
use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgAction, Parser};

use crate::settings::Percent;

const EXIT_CODES: &str = "\
Exit codes:
  0  all orders are confirmed
  1  the batch has not run to its end
  2  the command line is wrong
  3  the batch has run, and some of its orders have failed";

// Not doc comments: those take backticks, and a terminal does not.
const HELP_TAX: &str = "The tax, in percent [default: $ORDERS_TAX, else 19]";
const HELP_AUDIT: &str = "The file of the audit log [default: $ORDERS_AUDIT, else none is kept]";
const HELP_DEADLINE: &str = "How long an order may take, in milliseconds [default: 1000]";
const HELP_TENANT: &str = "The shop that the money goes to [default: main]";
const HELP_VERBOSE: &str = "Log to stderr what is done (-vv: and how); otherwise RUST_LOG decides";

/// Processes a batch of orders, and draws what it took
#[derive(Debug, Default, Parser)]
#[command(version, after_help = EXIT_CODES)]
pub struct Cli {
    /// The orders, as JSON [default: a sample]
    pub file: Option<PathBuf>,
    /// The tax.
    #[arg(long, value_name = "PERCENT", help = HELP_TAX)]
    pub tax: Option<Percent>,
    /// The file of the audit log.
    #[arg(long, value_name = "PATH", help = HELP_AUDIT)]
    pub audit: Option<PathBuf>,
    /// How long an order may take.
    #[arg(long, value_name = "MS", value_parser = milliseconds, help = HELP_DEADLINE)]
    pub deadline: Option<Duration>,
    /// The shop.
    #[arg(long, value_name = "NAME", help = HELP_TENANT)]
    pub tenant: Option<String>,
    /// Log to stderr what is done.
    #[arg(short, long, action = ArgAction::Count, help = HELP_VERBOSE)]
    pub verbose: u8,
}

fn milliseconds(text: &str) -> Result<Duration, ParseIntError> {
    text.parse().map(Duration::from_millis)
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
