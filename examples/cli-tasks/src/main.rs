//! A task list for the command line: `cli-tasks --help`.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;
use cli_tasks::{Cli, logs};

fn main() -> ExitCode {
    let cli = Cli::parse();
    logs::to_stderr(cli.verbose);
    match cli_tasks::run(cli, &mut io::stdout().lock()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Not `eprintln!`, which panics when nobody reads stderr any more.
            let _ = writeln!(io::stderr(), "error: {error}");
            error.exit_code()
        }
    }
}
