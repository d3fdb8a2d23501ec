//! Instruction ratios by valgrind's callgrind: the same from run to run, so they
//! hold where times are noise. Without arguments it runs itself under valgrind
//! for every row and side; with a row and a side it is what valgrind runs.

use std::hint::black_box;
use std::process::{Command, ExitCode};

use pumped_bench::markdown::Table;
use pumped_bench::workloads::{chain, complex, deep, reactive, simple, warm, wide};

const ROUNDS: u32 = 100;

/// A row: its name, and for each side how to make what is run.
type Row = (&'static str, [(&'static str, Make); 2]);
type Make = fn() -> Box<dyn FnMut()>;

macro_rules! rows {
    ($($row:literal: $ours:expr, $hand:expr;)*) => {
        &[$(($row, [("ours", || Box::new($ours)), ("hand", || Box::new($hand))])),*]
    };
}

/// A fresh scope, or a fresh struct.
macro_rules! cold {
    ($f:path) => {
        || _ = black_box($f())
    };
}

/// A value that is made once, before the measurement, and then run.
macro_rules! warmed {
    ($side:ty, $f:expr) => {{
        let side = <$side>::default();
        let mut value = 0;
        move || {
            value += 1;
            $f(&side, value);
        }
    }};
}

const ROWS: &[Row] = rows! {
    "simple": cold!(simple::ours), cold!(simple::hand);
    "chain": cold!(chain::ours), cold!(chain::hand);
    "deep": cold!(deep::ours), cold!(deep::hand);
    "wide": cold!(wide::ours), cold!(wide::hand);
    "complex": cold!(complex::ours), cold!(complex::hand);
    "hot":
        warmed!(warm::Ours, |side, _| warm::ours_fixed(side)),
        warmed!(warm::Hand, |side, _| warm::hand_fixed(side));
    "hot-far":
        warmed!(warm::Far, |side, _| warm::ours_far(side)),
        warmed!(warm::Hand, |side, _| warm::hand_fixed(side));
    "live":
        warmed!(warm::Ours, |side, _| warm::ours_live(side)),
        warmed!(warm::Hand, |side, _| warm::hand_live(side));
    "update":
        warmed!(reactive::Ours, |side: &reactive::Ours, value| side.update(value)),
        warmed!(reactive::Cells, |side: &reactive::Cells, value| side.update(value));
    "update-read":
        warmed!(reactive::Ours, |side: &reactive::Ours, value| {
            side.update(value);
            black_box(side.read());
        }),
        warmed!(reactive::Cells, |side: &reactive::Cells, value| {
            side.update(value);
            black_box(side.read());
        });
};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => table(),
        [row, side] => {
            let Some(make) = find(row, side) else {
                let names: Vec<_> = ROWS.iter().map(|(name, _)| *name).collect();
                eprintln!("no such row or side: {}, each ours or hand", names.join(", "));
                return ExitCode::FAILURE;
            };
            let mut run = make();
            for _ in 0..4 {
                run();
            }
            measured(&mut *run);
            ExitCode::SUCCESS
        }
        _ => {
            eprintln!("usage: instructions [ROW ours|hand]");
            ExitCode::FAILURE
        }
    }
}

fn find(row: &str, side: &str) -> Option<Make> {
    let (_, sides) = ROWS.iter().find(|(name, _)| *name == row)?;
    sides.iter().find(|(name, _)| *name == side).map(|(_, make)| *make)
}

/// What valgrind counts.
#[inline(never)]
fn measured(run: &mut dyn FnMut()) {
    for _ in 0..ROUNDS {
        run();
    }
}

fn table() -> ExitCode {
    let mut table = Table::new(&["row", "ours", "by hand", "ratio"]);
    for (row, _) in ROWS {
        let counts = ["ours", "hand"].map(|side| count(row, side));
        let [Some(ours), Some(hand)] = counts else {
            eprintln!("valgrind did not run, or did not say what it collected");
            return ExitCode::FAILURE;
        };
        table.row(vec![
            (*row).to_owned(),
            format!("{ours:.0}"),
            format!("{hand:.0}"),
            format!("{:.2}", ours / hand),
        ]);
    }
    println!(
        "Instructions an operation ({} reads for `hot`, `hot-far` and `live`):\n\n{table}",
        warm::READS
    );
    ExitCode::SUCCESS
}

/// The instructions of one round.
fn count(row: &str, side: &str) -> Option<f64> {
    let program = std::env::current_exe().ok()?;
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null", "--collect-atstart=no"])
        .arg("--toggle-collect=*::measured")
        .arg(program)
        .args([row, side])
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let (_, collected) = text.split_once("Collected :")?;
    let total: f64 = collected.split_whitespace().next()?.parse().ok()?;
    Some(total / f64::from(ROUNDS))
}
