//! The report: allocations of every workload, and time ratios against what one
//! would write by hand. Fails if an allocation goal is missed.
//!
//! With `--write` it takes its time, and replaces `BENCHMARKS.md` and `benchmarks.svg`;
//! without, it writes nothing.

mod allocation;
mod chart;
mod page;
mod time;

use std::path::Path;
use std::process::ExitCode;

use pumped_bench::allocations::Counting;
use pumped_bench::host;
use pumped_bench::timing::Effort;
use pumped_bench::workloads;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let write = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => false,
        ["--write"] => true,
        _ => {
            eprintln!("usage: report [--write]");
            return ExitCode::FAILURE;
        }
    };
    if write && cfg!(debug_assertions) {
        eprintln!("only a build with `--release` is worth keeping");
        return ExitCode::FAILURE;
    }
    let effort = if write { Effort::THOROUGH } else { Effort::QUICK };
    let (mut counted, mut times) = (Vec::new(), Vec::new());
    // One after the other, in the order of the list, which says what it is for.
    for workload in workloads::all() {
        workload.assert_same();
        counted.extend(allocation::count(workload));
        times.extend(time::measure(workload, effort));
    }
    println!("## Allocations\n\n{}", allocation::table(&counted));
    println!("## Time\n\n{}", time::table(&times));
    if write {
        let page = page::page(&page::Parts {
            host: &host::table(),
            allocations: &allocation::table(&counted).to_string(),
            time: &time::table(&times).to_string(),
        });
        let written = replace("benchmarks.svg", &chart::draw(&chart::bars(&times)))
            .and_then(|()| replace("BENCHMARKS.md", &page));
        if let Err(error) = written {
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    }
    let missed: Vec<_> = counted.iter().filter(|row| !row.ok()).collect();
    for row in &missed {
        eprintln!("the allocation goal of {} is missed", row.workload.name);
    }
    if missed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Replaces a file of the repository.
fn replace(name: &str, text: &str) -> Result<(), String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name);
    std::fs::write(path, text).map_err(|error| format!("{name}: {error}"))
}
