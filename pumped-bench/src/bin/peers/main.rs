//! pumped beside other libraries: the time of each as a ratio to what is written by
//! hand, all of them in turns in one process; instructions, where valgrind is installed;
//! and allocations.
//!
//! `peers` takes a quick look at all rows, `peers NAME ..` at some; `peers --write` takes
//! some minutes and replaces `BENCHMARKS-PEERS.md`. `peers --count ROW WHO` is what
//! valgrind runs.

mod instructions;
mod page;
mod tables;

use std::path::Path;
use std::process::ExitCode;

use pumped_bench::allocations::{Allocated, Counting};
use pumped_bench::peers::{Contestant, Row, rows};
use pumped_bench::timing::{Effort, Ratio, compare_all};
use pumped_bench::workload::Run;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// A row, and what came out for each of its contestants.
struct Measured {
    row: Row,
    results: Vec<Outcome>,
}

/// What came out for one contestant.
struct Outcome {
    time: Ratio,
    /// In a run, on average.
    allocations: f64,
    bytes: f64,
    /// In a run, where valgrind has counted them.
    instructions: Option<f64>,
}

impl Measured {
    fn each(&self) -> impl Iterator<Item = (&Contestant, &Outcome)> {
        self.row.contestants.iter().zip(&self.results)
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let result = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--write"] => write(),
        ["--count", row, who] => instructions::run(row, who),
        ref names if names.iter().all(|name| !name.starts_with('-')) => look(names),
        _ => Err("usage: peers [ROW .. | --write | --count ROW WHO]".to_owned()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Prints some rows, or all.
fn look(names: &[&str]) -> Result<(), String> {
    if let Some(unknown) = names.iter().find(|name| !rows().iter().any(|row| row.name == **name)) {
        let known: Vec<_> = rows().iter().map(|row| row.name).collect();
        return Err(format!("no row {unknown}: one of {}", known.join(", ")));
    }
    for row in rows() {
        if names.is_empty() || names.contains(&row.name) {
            println!("{}", tables::detail(&measure(row, Effort { seconds: 0.5 }, false)));
        }
    }
    Ok(())
}

/// Measures all rows at length, and keeps them.
fn write() -> Result<(), String> {
    if cfg!(debug_assertions) {
        return Err("only a build with `--release` is worth keeping".to_owned());
    }
    let mut measured = Vec::new();
    for row in rows() {
        let row = measure(row, Effort { seconds: 3.0 }, true);
        println!("{}", tables::detail(&row));
        measured.push(row);
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../BENCHMARKS-PEERS.md");
    std::fs::write(path, page::page(&measured)).map_err(|error| error.to_string())
}

fn measure(row: Row, effort: Effort, count: bool) -> Measured {
    row.assert_expected();
    let mut sides: Vec<_> = row.contestants.iter().map(|contestant| (contestant.make)()).collect();
    let allocated: Vec<_> = sides.iter_mut().map(|side| average(&mut **side)).collect();
    let times = compare_all(effort, &mut sides);
    let instructions = row.contestants.iter().zip(&sides).map(|(contestant, side)| {
        let countable = count && !side.has_threads();
        countable.then(|| instructions::count(row.name, contestant.who.name)).flatten()
    });
    let outcome = |((time, (allocations, bytes)), instructions)| Outcome {
        time,
        allocations,
        bytes,
        instructions,
    };
    let results = times.into_iter().zip(allocated).zip(instructions).map(outcome).collect();
    Measured { row, results }
}

/// What a run allocates, after a warm-up.
fn average(run: &mut dyn Run) -> (f64, f64) {
    const RUNS: u32 = 32;
    for _ in 0..8 {
        run.run();
    }
    let sum = (0..RUNS).fold(Allocated::default(), |sum, _| sum + run.allocated());
    let average = |sum: u64| {
        let sum = u32::try_from(sum).expect("less than a gigabyte in so few runs");
        f64::from(sum) / f64::from(RUNS)
    };
    (average(sum.count), average(sum.bytes))
}
