//! The second table: time ratios. Printed, judged, and never a reason to fail:
//! a shared machine is no witness.

use pumped_bench::markdown::Table;
use pumped_bench::timing::{Effort, Ratio, compare};
use pumped_bench::workload::{Beside, Workload};

/// A workload beside something.
pub(crate) struct Timed {
    pub(crate) workload: &'static Workload,
    pub(crate) beside: &'static Beside,
    pub(crate) ratio: Ratio,
}

/// Runs a workload in turns with each that stands beside it.
pub(crate) fn measure(workload: &'static Workload, effort: Effort) -> impl Iterator<Item = Timed> {
    workload.beside.iter().map(move |beside| {
        let ratio = compare(effort, &mut *(workload.ours)(), &mut *(beside.run)());
        Timed { workload, beside, ratio }
    })
}

pub(crate) fn table(rows: &[Timed]) -> Table {
    let mut table =
        Table::new(&["workload", "beside", "goal", "ratio", "middle half of rounds", "ok?"]);
    for Timed { workload, beside, ratio } in rows {
        let judged = match beside.goal {
            Some(goal) if ratio.median <= goal => "ok",
            Some(_) => "over",
            None => "–",
        };
        table.row(vec![
            format!("{}: {}", workload.name, workload.what),
            beside.what.to_owned(),
            beside.goal.map_or_else(|| "–".to_owned(), |goal| format!("≤ {goal}")),
            format!("{:.2}", ratio.median),
            format!("{:.2} – {:.2}", ratio.spread.0, ratio.spread.1),
            judged.to_owned(),
        ]);
    }
    table
}
