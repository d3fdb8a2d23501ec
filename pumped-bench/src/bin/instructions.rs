//! Instruction ratios by valgrind's callgrind: the same from run to run, so they
//! hold where times are noise. Without arguments it runs itself under valgrind
//! for every workload of one thread; with a workload and a side it is what valgrind runs,
//! or, for longer with a number of rounds, a profiler.

use std::hint::black_box;
use std::process::{Command, ExitCode};

use pumped_bench::markdown::Table;
use pumped_bench::workload::{Run, Workload};
use pumped_bench::workloads;

const ROUNDS: u32 = 100;
const SIDES: [&str; 2] = ["ours", "hand"];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => table(),
        [name, side, ref rounds @ ..] if rounds.len() < 2 => {
            let Some(rounds) = rounds.first().map_or(Some(ROUNDS), |given| given.parse().ok())
            else {
                eprintln!("not a number of rounds: {}", rounds[0]);
                return ExitCode::FAILURE;
            };
            let workload = workloads::all().find(|workload| workload.name == name);
            let side = SIDES.iter().position(|known| *known == side);
            let (Some(workload), Some(side)) = (workload, side) else {
                let names: Vec<_> = workloads::all().map(|workload| workload.name).collect();
                eprintln!("no such workload or side: {}, each ours or hand", names.join(", "));
                return ExitCode::FAILURE;
            };
            let run = &mut *workload.sides()[side];
            for _ in 0..4 {
                run.run();
            }
            measured(run, rounds);
            ExitCode::SUCCESS
        }
        _ => {
            eprintln!("usage: instructions [WORKLOAD ours|hand [ROUNDS]]");
            ExitCode::FAILURE
        }
    }
}

/// What valgrind counts.
#[inline(never)]
fn measured(run: &mut dyn Run, rounds: u32) {
    for _ in 0..rounds {
        black_box(run.run());
    }
}

fn table() -> ExitCode {
    let mut table = Table::new(&["workload", "what", "ours", "by hand", "ratio"]);
    for workload in workloads::all().filter(|workload| !(workload.ours)().has_threads()) {
        let counts = SIDES.map(|side| count(workload, side));
        let [Some(ours), Some(hand)] = counts else {
            eprintln!("valgrind did not run, or did not say what it collected");
            return ExitCode::FAILURE;
        };
        table.row(vec![
            workload.name.to_owned(),
            workload.what.to_owned(),
            format!("{ours:.0}"),
            format!("{hand:.0}"),
            format!("{:.2}", ours / hand),
        ]);
    }
    println!(
        "Instructions an operation (thousands of reads where it is a warm or live get):\n\n{table}"
    );
    ExitCode::SUCCESS
}

/// The instructions of one round.
fn count(workload: &Workload, side: &str) -> Option<f64> {
    let program = std::env::current_exe().ok()?;
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null", "--collect-atstart=no"])
        .arg("--toggle-collect=*::measured")
        .arg(program)
        .args([workload.name, side])
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let (_, collected) = text.split_once("Collected :")?;
    let total: f64 = collected.split_whitespace().next()?.parse().ok()?;
    Some(total / f64::from(ROUNDS))
}
