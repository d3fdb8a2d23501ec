//! The workloads of the benchmarks, each beside what a good Rust programmer would
//! write by hand. Both sides compute the same values by the same steps, and the report
//! checks that they agree before it measures anything. Everything is stated as a
//! ratio: both sides run in turns in one process, so that noise hits both.
//!
//! A [workload](workload::Workload) is data: to add one, write a file in `workloads/` and
//! its line in `workloads/mod.rs`. All of the commands below then include it.
//!
//! | what | command |
//! | --- | --- |
//! | allocations (a missed goal fails) and time ratios | `cargo run --release -p pumped-bench --bin report` |
//! | the same at length, as `BENCHMARKS.md` and `benchmarks.svg`; takes minutes | `.. --bin report -- --write` |
//! | instruction ratios, where valgrind is installed | `cargo run --release -p pumped-bench --bin instructions` |
//! | one of them by function | `valgrind --tool=callgrind --collect-atstart=no --toggle-collect='*::measured' target/release/instructions DeepDependencyChain ours`, then `callgrind_annotate` |
//! | pumped beside other libraries; with `-- --write` as `BENCHMARKS-PEERS.md` | `cargo run --release -p pumped-bench --features peers --bin peers` |
//! | compile time of some graphs; with `-- --write` of all, and of other libraries, as `BENCHMARKS-COMPILE-TIME.md` | `cargo run --release -p pumped-bench --bin compile-time` |
//! | wall time with statistics | `cargo bench -p pumped-bench` |
//!
//! Add `--features ten-thousand` to the report and to `cargo bench` for random reads
//! among 10,000 executors, and for 10,000 dependents of one value; that takes many
//! minutes and more than a gigabyte to compile.

#![expect(
    clippy::missing_panics_doc,
    reason = "a benchmark that cannot resolve its own graph has to stop"
)]

pub mod allocations;
pub mod compile_time;
pub mod flow_by_hand;
pub mod host;
pub mod markdown;
#[cfg(feature = "peers")]
pub mod peers;
pub mod threads;
pub mod timing;
pub mod workload;
pub mod workloads;

#[cfg(test)]
#[global_allocator]
static ALLOCATOR: allocations::Counting = allocations::Counting;
