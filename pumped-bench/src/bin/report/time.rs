//! The second table: time ratios. Printed, judged, and never a reason to fail:
//! a shared machine is no witness.

use std::cell::Cell;
use std::hint::black_box;

use pumped_bench::markdown::Table;
use pumped_bench::timing::{Ratio, compare, ratio};
use pumped_bench::workloads::{chain, complex, deep, reactive, simple, warm, wide};

const ROUNDS: usize = 301;

pub(crate) fn report(warmed: &warm::Ours) -> String {
    let mut table =
        Table::new(&["what", "beside", "goal", "ratio", "middle half of rounds", "ok?"]);
    let mut row = |what: &str, beside: &str, goal: Option<f64>, ratio: Ratio| {
        let judged = match goal {
            Some(goal) if ratio.median <= goal => "ok",
            Some(_) => "over",
            None => "–",
        };
        table.row(vec![
            what.to_owned(),
            beside.to_owned(),
            goal.map_or_else(|| "–".to_owned(), |goal| format!("≤ {goal}")),
            format!("{:.2}", ratio.median),
            format!("{:.2} – {:.2}", ratio.spread.0, ratio.spread.1),
            judged.to_owned(),
        ]);
    };
    warm_rows(&mut row, warmed);
    cold_rows(&mut row);
    reactive_rows(&mut row);
    format!(
        "## Time\n\n{table}\n\
         Medians of pumped over medians of what stands beside it; both sides run in turns in one \
         process. Ratios are comparable between machines, times are not.\n"
    )
}

type AddRow<'a> = dyn FnMut(&str, &str, Option<f64>, Ratio) + 'a;

fn warm_rows(row: &mut AddRow<'_>, ours: &warm::Ours) {
    let far = warm::Far::new();
    let hand = warm::Hand::new();
    let hot = compare(ROUNDS, &mut || warm::ours_fixed(ours), &mut || {
        warm::hand_fixed(&hand);
    });
    row("warm get, hot loop", "a `OnceLock` field", Some(1.5), hot);
    let later = compare(ROUNDS, &mut || warm::ours_far(&far), &mut || {
        warm::hand_fixed(&hand);
    });
    row("the same, not among the first 64 executors", "a `OnceLock` field", Some(1.5), later);
    #[cfg(feature = "ten-thousand")]
    row("warm get, random among 10,000", "10,000 `OnceLock` fields", Some(1.5), random());
    row(
        "two threads, same fixed value",
        "pumped on one thread",
        None,
        slowdown(|| warm::ours_fixed(ours)),
    );
    row(
        "two threads, same `OnceLock` field",
        "the field on one thread",
        None,
        slowdown(|| warm::hand_fixed(&hand)),
    );
    let live = |ours: &warm::Ours, hand: &warm::Hand| {
        compare(ROUNDS, &mut || warm::ours_live(ours), &mut || {
            warm::hand_live(hand);
        })
    };
    row("warm get, live", "`ArcSwap::load`", Some(1.2), live(ours, &hand));
    warm::with_eight_held(ours, &hand, || {
        let full = live(ours, &hand);
        row("the same, eight versions held", "`ArcSwap::load`", None, full);
    });
    row(
        "two threads, same live value",
        "pumped on one thread",
        None,
        slowdown(|| warm::ours_live(ours)),
    );
    row(
        "two threads, same `ArcSwap`",
        "the `ArcSwap` on one thread",
        None,
        slowdown(|| warm::hand_live(&hand)),
    );
}

/// What a second reader of the same value costs the first one.
fn slowdown(read: impl Fn() + Sync) -> Ratio {
    const BATCH: u32 = 1000;
    let mut both = Vec::new();
    let mut alone = Vec::new();
    for _ in 0..ROUNDS / 4 {
        both.push(warm::in_parallel(2, BATCH, &read));
        alone.push(warm::in_parallel(1, BATCH, &read));
    }
    ratio(&both, &alone)
}

#[cfg(feature = "ten-thousand")]
fn random() -> Ratio {
    use pumped_bench::workloads::ten_thousand::{Hand, Ours};
    let ours = Ours::new();
    let hand = Hand::new();
    compare(ROUNDS, &mut || ours.read_all(), &mut || hand.read_all())
}

fn cold_rows(row: &mut AddRow<'_>) {
    macro_rules! rows {
        ($($name:literal, $module:ident;)*) => {$({
            let ours = &mut || _ = black_box($module::ours());
            let on_stack = compare(ROUNDS, ours, &mut || _ = black_box($module::hand()));
            row($name, "fields on the stack", Some(2.0), on_stack);
            let in_arc = compare(ROUNDS, ours, &mut || _ = black_box($module::shared()));
            row($name, "fields in an `Arc`", None, in_arc);
        })*};
    }
    rows! {
        "cold, one executor", simple;
        "cold, chain of three strings", chain;
        "cold, chain of 20", deep;
        "cold, 50 dependents", wide;
        "cold, graph of 1, 3, 6, 1", complex;
    }
}

fn reactive_rows(row: &mut AddRow<'_>) {
    let ours = reactive::Ours::new();
    let cells = reactive::Cells::default();
    let single = reactive::Single::default();
    let value = Cell::new(0);
    let next = || value.replace(value.get() + 1);
    let ours_step = &mut || {
        ours.update(next());
        black_box(ours.read());
    };
    let read = compare(ROUNDS, ours_step, &mut || {
        cells.update(next());
        black_box(cells.read());
    });
    row(
        "update, then read of 1 + 10 dependents",
        "`Mutex<Option<Arc<T>>>` and a dirty flag",
        Some(3.0),
        read,
    );
    let read = compare(ROUNDS, ours_step, &mut || {
        single.update(next());
        black_box(single.read());
    });
    row("update, then read of 1 + 10 dependents", "plain cells of one thread", None, read);
    let unread = compare(ROUNDS, &mut || ours.update(black_box(7)), &mut || {
        cells.update(black_box(7));
    });
    row(
        "update of a base with 1 + 10 dependents, not read",
        "`Mutex<Option<Arc<T>>>` and a dirty flag",
        None,
        unread,
    );
}
