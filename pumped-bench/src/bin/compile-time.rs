//! The compile-time part of the report alone, with a choice of sizes.
//!
//! `compile-time [--nodes 10,100,400] [--width 2] [--depth 40] [--rounds 5] [--chain 1000]`

use std::process::ExitCode;

use pumped_bench::compile_time::{Options, report};

fn main() -> ExitCode {
    let Some(options) = options(std::env::args().skip(1)) else {
        eprintln!(
            "usage: compile-time [--nodes N,N,..] [--width N] [--depth N] [--rounds N] [--chain N]"
        );
        return ExitCode::FAILURE;
    };
    match report(&options) {
        Ok(text) => {
            println!("{text}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn options(mut arguments: impl Iterator<Item = String>) -> Option<Options> {
    let mut options = Options::default();
    while let Some(name) = arguments.next() {
        let value = arguments.next()?;
        match name.as_str() {
            "--nodes" => {
                options.nodes =
                    value.split(',').map(|number| number.parse().ok()).collect::<Option<_>>()?;
            }
            "--width" => options.width = value.parse().ok()?,
            "--depth" => options.depth = value.parse().ok()?,
            "--rounds" => options.rounds = value.parse().ok()?,
            "--chain" => options.chain = value.parse().ok()?,
            _ => return None,
        }
    }
    Some(options)
}
