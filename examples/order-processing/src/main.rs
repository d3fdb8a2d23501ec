//! A batch of orders: `order-processing --help`.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;
use order_processing::settings::Environment;
use order_processing::{Cli, logs};

// One thread is enough for what mostly waits.
#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    logs::to_stderr(cli.verbose);
    match order_processing::run(cli, Environment::of_process(), &mut io::stdout().lock()).await {
        Ok(summary) if summary.failed() == 0 => ExitCode::SUCCESS,
        Ok(_) => ExitCode::from(3),
        Err(error) => {
            // Not `eprintln!`, which panics when nobody reads stderr any more.
            let _ = writeln!(io::stderr(), "error: {error}");
            ExitCode::FAILURE
        }
    }
}
