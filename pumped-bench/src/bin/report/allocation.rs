//! The first table: allocations, everything counted, the fresh scope and its drop
//! included.

use std::hint::black_box;

use pumped::Scope;
use pumped_bench::allocations::{self, Allocated};
use pumped_bench::markdown::{Table, thousands};
use pumped_bench::workloads::{chain, complex, concurrent, deep, reactive, simple, stress, wide};

/// The table, and whether all goals are met.
pub(crate) struct Report {
    pub(crate) text: String,
    pub(crate) met: bool,
}

struct Row {
    name: &'static str,
    /// What pumped-go's own report says: allocations and bytes an operation.
    pumped_go: Option<(u64, u64)>,
    goal: u64,
    ours: Allocated,
    hand: Allocated,
}

pub(crate) fn report() -> Report {
    let mut rows = cold();
    rows.extend(reactive());
    rows.push(concurrent());
    rows.push(stress());
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
    let mut met = true;
    for row in rows {
        let ok = row.ours.count <= row.goal;
        met &= ok;
        let go = |part: fn((u64, u64)) -> u64| {
            let number = row.pumped_go.map(|both| thousands(part(both)));
            number.unwrap_or_else(|| "–".to_owned())
        };
        table.row(vec![
            row.name.to_owned(),
            go(|(count, _)| count),
            go(|(_, bytes)| bytes),
            thousands(row.goal),
            thousands(row.ours.count),
            thousands(row.ours.bytes),
            thousands(row.hand.count),
            if ok { "ok" } else { "**missed**" }.to_owned(),
        ]);
    }
    let text = format!(
        "## Allocations\n\n\
         {table}\n\
         Counted by the global allocator, after a warm-up, with everything that belongs to the \
         operation: the fresh scope and its drop, and in the stress test the threads.\n\
         The numbers of pumped-go are those of its own baseline report. They are not the same \
         work: its factories run up to twice (five runs for a chain of three), each run declares \
         its executors anew where the scope is fresh, and the first and the fifth row reuse one \
         scope with an emptied cache instead of making one.\n",
    );
    Report { text, met }
}

/// The most that one of many runs allocates.
fn most<R>(mut run: impl FnMut() -> R) -> Allocated {
    for _ in 0..8 {
        black_box(run());
    }
    let runs = (0..32).map(|_| allocations::of_this_thread(|| black_box(run())).1);
    runs.max().unwrap_or_default()
}

fn cold() -> Vec<Row> {
    macro_rules! rows {
        ($($name:literal, $module:ident, $go:expr, $goal:literal;)*) => {
            vec![$({
                assert_eq!($module::ours(), $module::hand());
                Row {
                    name: $name,
                    pumped_go: Some($go),
                    goal: $goal,
                    ours: most($module::ours),
                    hand: most($module::hand),
                }
            }),*]
        };
    }
    rows! {
        "ResolveCtxAllocation: fresh scope, chain of three strings", chain, (26, 1_078), 5;
        "SimpleResolution: fresh scope, one executor", simple, (14, 976), 2;
        "DeepDependencyChain: fresh scope, chain of 20", deep, (229, 10_669), 4;
        "WideDependencyGraph: fresh scope, 50 dependents of one base", wide, (582, 26_266), 6;
        "ComplexDependencyGraph: fresh scope, 1, 3, 6, 1", complex, (113, 4_749), 3;
    }
}

fn reactive() -> [Row; 2] {
    let ours = reactive::Ours::new();
    let hand = reactive::Cells::default();
    ours.update(5);
    hand.update(5);
    assert_eq!(ours.read(), hand.read());
    let mut value = 0;
    let mut next = || {
        value += 1;
        value
    };
    let unread = Row {
        name: "ReactiveDependencyTracking: update with 1 + 10 dependents, not read in between",
        pumped_go: Some((11, 1_104)),
        goal: 1,
        ours: most(|| ours.update(next())),
        hand: most(|| hand.update(next())),
    };
    let read = Row {
        name: "the same, all read after each update",
        pumped_go: None,
        goal: 1 + reactive::DEPENDENTS,
        ours: most(|| {
            ours.update(next());
            ours.read()
        }),
        hand: most(|| {
            hand.update(next());
            hand.read()
        }),
    };
    [unread, read]
}

fn concurrent() -> Row {
    const ROUNDS: u32 = 1000;
    let scope = Scope::new();
    let app = concurrent::Hand::default();
    assert_eq!(concurrent::ours(&scope), concurrent::hand(&app));
    Row {
        name: "ConcurrentResolutions: ten warm chains of five, all cores",
        pumped_go: Some((0, 0)),
        goal: 0,
        ours: concurrent::on_all_cores(ROUNDS, || concurrent::ours(&scope)),
        hand: concurrent::on_all_cores(ROUNDS, || concurrent::hand(&app)),
    }
}

fn stress() -> Row {
    let count = |one: fn() -> usize| {
        let expected = stress::in_threads(one);
        let (result, allocated) = allocations::of_all_threads(|| stress::in_threads(one));
        assert_eq!(result, expected);
        allocated
    };
    assert_eq!(stress::ours(), stress::hand());
    Row {
        name: "StressTest: 100 threads with a scope each, 50 strings, 10 gets",
        pumped_go: Some((47_788, 2_078_798)),
        goal: 5_900,
        ours: count(stress::ours),
        hand: count(stress::hand),
    }
}
