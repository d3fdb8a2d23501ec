//! A health monitor: `health-monitor --help`.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;
use health_monitor::{Cli, logs};

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    logs::to_stderr();
    match health_monitor::run(cli).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Not `eprintln!`, which panics when nobody reads stderr any more.
            let _ = writeln!(io::stderr(), "error: {error}");
            ExitCode::FAILURE
        }
    }
}
