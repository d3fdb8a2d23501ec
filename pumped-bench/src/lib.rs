//! The workloads of the benchmarks, each beside what a good Rust programmer
//! would write by hand: a struct with `OnceLock` fields and a method per value;
//! for what changes, `Mutex<Option<Arc<T>>>` and a dirty flag.
//!
//! Both sides compute the same values by the same steps, and the report checks
//! that they agree before it measures anything. Everything is stated as a
//! ratio: both sides run in turns in one process, so that noise hits both.
//!
//! | what | command |
//! | --- | --- |
//! | allocations (a missed goal fails) and time ratios | `cargo run --release -p pumped-bench --bin report` |
//! | the same, written to a file | `.. --bin report -- --write pumped-bench/REPORT.md` |
//! | instruction ratios, where valgrind is installed | `cargo run --release -p pumped-bench --bin instructions` |
//! | one of them by function | `valgrind --tool=callgrind --collect-atstart=no --toggle-collect='*::measured' target/release/instructions deep ours`, then `callgrind_annotate` |
//! | compile time | `cargo run --release -p pumped-bench --bin compile-time -- --nodes 10,100,400` |
//! | wall time with statistics | `cargo bench -p pumped-bench` |
//!
//! Add `--features ten-thousand` to the report and to `cargo bench` for random
//! reads among 10,000 executors; that takes four to seven minutes and 1.2 GB to compile.

#![expect(
    clippy::missing_panics_doc,
    reason = "a benchmark that cannot resolve its own graph has to stop"
)]

pub mod allocations;
pub mod compile_time;
pub mod markdown;
pub mod timing;
pub mod workloads;
