//! Instructions by valgrind's callgrind, of one contestant of one row: a program of its
//! own for each, which is this one again.

use std::hint::black_box;
use std::process::Command;

use pumped_bench::peers::rows;

const ROUNDS: u32 = 20;

/// The instructions of a run, if valgrind is there.
pub(crate) fn count(row: &str, who: &str) -> Option<f64> {
    let program = std::env::current_exe().ok()?;
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null", "--collect-atstart=no"])
        .arg("--toggle-collect=*::measured")
        .arg(program)
        .args(["--count", row, who])
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let (_, collected) = text.split_once("Collected :")?;
    let total: f64 = collected.split_whitespace().next()?.parse().ok()?;
    Some(total / f64::from(ROUNDS))
}

/// What is counted.
pub(crate) fn run(row: &str, who: &str) -> Result<(), String> {
    let row = rows().into_iter().find(|known| known.name == row);
    let row = row.ok_or("no such row")?;
    let contestant = row.contestants.iter().find(|known| known.who.name == who);
    let mut run = (contestant.ok_or("nobody of that name in this row")?.make)();
    for _ in 0..4 {
        run.run();
    }
    run.each(ROUNDS, &mut |run| measured(run));
    Ok(())
}

#[inline(never)]
fn measured(run: &mut dyn FnMut() -> u64) {
    black_box(run());
}
