//! The command line.

use std::path::PathBuf;

use clap::{ArgAction, Args, Parser, Subcommand};

use crate::store::Storage;

const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  failed
  2  the command line is wrong
  3  there is no task of that id";

// Not doc comments: backticks belong to those, and not to a terminal.
const HELP_VERBOSE: &str = "Log to stderr what is done (-vv: and how); otherwise RUST_LOG decides";
const HELP_FILE: &str = "The file of the tasks [default: $CLI_TASKS_FILE, else one per user]";

/// Keeps a list of tasks
#[derive(Debug, Parser)]
#[command(version, after_help = EXIT_CODES)]
pub struct Cli {
    /// How and where.
    #[command(flatten)]
    pub options: Options,
    /// Log to stderr what is done.
    #[arg(short, long, global = true, action = ArgAction::Count, help = HELP_VERBOSE)]
    pub verbose: u8,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The options of all commands.
#[derive(Args, Debug, Default)]
pub struct Options {
    /// The file of the tasks.
    #[arg(long, global = true, value_name = "PATH", help = HELP_FILE)]
    pub file: Option<PathBuf>,
    /// Where tasks are kept
    #[arg(long, global = true, value_enum, default_value_t)]
    pub storage: Storage,
    /// How many seconds to wait while another process changes the tasks
    #[arg(long, global = true, value_name = "SECONDS", default_value_t = 10,
        value_parser = clap::value_parser!(u64).range(..=86_400))]
    pub wait: u64,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Add a task
    Add {
        /// What is to be done
        #[arg(value_parser = text)]
        text: String,
    },
    /// Show the tasks
    List {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Mark a task as done
    Done {
        /// Its number in the list
        id: u64,
    },
    /// Remove a task, done or not
    Remove {
        /// Its number in the list
        id: u64,
    },
    /// Remove the tasks that are done
    Clear {
        /// Remove the others as well
        #[arg(long)]
        all: bool,
    },
}

fn text(argument: &str) -> Result<String, &'static str> {
    match argument.trim() {
        "" => Err("a task needs a text"),
        text => Ok(text.to_owned()),
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

    #[test]
    fn text_is_trimmed_and_not_empty() {
        assert_eq!(text(" écrire \n").unwrap(), "écrire");
        assert!(text(" \t").is_err());
    }
}
