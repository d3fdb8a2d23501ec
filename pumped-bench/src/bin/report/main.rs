//! The report: allocations of every workload, and time ratios against what one
//! would write by hand. Fails if an allocation goal is missed.

mod allocation;
mod time;

use std::process::ExitCode;

use pumped_bench::allocations::Counting;
use pumped_bench::workloads::warm::Ours;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let path = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => None,
        ["--write", path] => Some(path),
        _ => {
            eprintln!("usage: report [--write PATH]");
            return ExitCode::FAILURE;
        }
    };
    // First of all, so that it has the first two executors of the process.
    let warmed = Ours::new();
    let allocations = allocation::report();
    println!("{}", allocations.text);
    let times = time::report(&warmed);
    println!("{times}");
    if let Some(path) = path
        && let Err(error) = std::fs::write(path, format!("{}\n{times}", allocations.text))
    {
        eprintln!("{path}: {error}");
        return ExitCode::FAILURE;
    }
    if allocations.met {
        ExitCode::SUCCESS
    } else {
        eprintln!("an allocation goal is missed");
        ExitCode::FAILURE
    }
}
