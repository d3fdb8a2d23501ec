//! The first table: allocations, everything counted, the fresh scope and its drop
//! included.

use pumped_bench::allocations::Allocated;
use pumped_bench::markdown::{Table, thousands};
use pumped_bench::workload::{Run, Workload};

/// A workload with a goal, and what came out.
pub(crate) struct Counted {
    pub(crate) workload: &'static Workload,
    goal: u64,
    ours: Allocated,
    hand: Allocated,
}

impl Counted {
    pub(crate) fn ok(&self) -> bool {
        self.ours.count <= self.goal
    }
}

/// Counts both sides of a workload that has a goal.
pub(crate) fn count(workload: &'static Workload) -> Option<Counted> {
    let goal = workload.allocations?;
    let [ours, hand] = workload.sides().map(|mut side| most(&mut *side));
    Some(Counted { workload, goal, ours, hand })
}

/// The most that one of many runs allocates.
fn most(run: &mut dyn Run) -> Allocated {
    let (warm_up, runs) = if run.has_threads() { (1, 3) } else { (8, 32) };
    for _ in 0..warm_up {
        run.run();
    }
    (0..runs).map(|_| run.allocated()).max().unwrap_or_default()
}

pub(crate) fn table(rows: &[Counted]) -> Table {
    let mut table = Table::new(&[
        "workload",
        "pumped-go allocs/op",
        "B/op",
        "goal",
        "pumped allocs/op",
        "B/op",
        "by hand allocs/op",
        "ok?",
    ]);
    for row in rows {
        let go = |number: Option<u64>| number.map_or_else(|| "–".to_owned(), thousands);
        let pumped_go = row.workload.pumped_go;
        table.row(vec![
            format!("{}: {}", row.workload.name, row.workload.what),
            go(pumped_go.map(|it| it.allocations)),
            go(pumped_go.map(|it| it.bytes)),
            thousands(row.goal),
            thousands(row.ours.count),
            thousands(row.ours.bytes),
            thousands(row.hand.count),
            if row.ok() { "ok" } else { "**missed**" }.to_owned(),
        ]);
    }
    table
}
