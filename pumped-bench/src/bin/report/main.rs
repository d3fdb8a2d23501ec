//! The report: allocations of every workload, and time ratios against what one
//! would write by hand. Fails if an allocation goal is missed.

mod allocation;
mod time;

use std::process::ExitCode;

use pumped_bench::allocations::Counting;
use pumped_bench::timing::Effort;
use pumped_bench::workloads;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn main() -> ExitCode {
    let (mut counted, mut times) = (Vec::new(), Vec::new());
    // One after the other, in the order of the list, which says what it is for.
    for workload in workloads::all() {
        workload.assert_same();
        counted.extend(allocation::count(workload));
        times.extend(time::measure(workload, Effort::QUICK));
    }
    println!("## Allocations\n\n{}", allocation::table(&counted));
    println!("## Time\n\n{}", time::table(&times));
    let missed: Vec<_> = counted.iter().filter(|row| !row.ok()).collect();
    for row in &missed {
        eprintln!("the allocation goal of {} is missed", row.workload.name);
    }
    if missed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
