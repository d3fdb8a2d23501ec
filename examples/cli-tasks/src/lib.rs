//! A task list for the command line, wired with pumped.
//!
//! Start at [`wiring`], which says what there is; [`run`] says when. A command is:
//! a scope, the command itself, the end of the scope (where the file is written and
//! unlocked), and only then the output.

use std::io::{BufWriter, ErrorKind, Write};

pub mod cli;
pub mod commands;
pub mod disk;
pub mod error;
pub mod file_lock;
pub mod file_store;
pub mod format;
pub mod logs;
pub mod settings;
pub mod store;
pub mod tasks;
pub mod wiring;

pub use cli::{Cli, Command};
pub use error::Error;

use pumped::prelude::*;
use tracing::debug;
use wiring::App;

/// Runs one command in a scope of its own, and writes what it has to say.
///
/// # Errors
/// If the command fails, or what it did cannot be stored or told.
pub fn run(cli: Cli, output: &mut dyn Write) -> Result<(), Error> {
    run_in(&wiring::builder(cli.options).build()?, &cli.command, output)
}

/// Runs one command in this scope, and ends the scope.
///
/// # Errors
/// As [`run`].
pub fn run_in(scope: &Scope, command: &Command, output: &mut dyn Write) -> Result<(), Error> {
    let app = scope.get::<App>()?;
    let reply = commands::run(&app, command);
    debug!("what it took:\n{}", scope.graph());
    // Writes and unlocks the file. Nothing is said to be done before that.
    let ended = scope.dispose();
    let reply = reply?;
    ended?;
    print(&reply, output)
}

fn print(reply: &str, output: &mut dyn Write) -> Result<(), Error> {
    let mut output = BufWriter::new(output);
    match output.write_all(reply.as_bytes()).and_then(|()| output.flush()) {
        // Whoever reads has read enough, as in `cli-tasks list | head -1`.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => {
            // Nor does the buffer try again when it is dropped.
            drop(output.into_parts());
            Ok(())
        }
        done => done.map_err(Error::Output),
    }
}
