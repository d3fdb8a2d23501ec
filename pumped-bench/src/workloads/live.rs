//! Reads of live values beside a bare `ArcSwap`: alone, on two threads, and while
//! many versions are held. A thread has eight places for what it borrows from all
//! `ArcSwap`s; beyond that, each load counts.

use std::hint::black_box;
use std::sync::Arc;

use arc_swap::ArcSwap;
use pumped::{Scope, executor};

use crate::threads::{Parallel, Waiting};
use crate::workload::{Beside, Run, Workload, run};

pub(super) const WORKLOADS: &[Workload] = &[
    Workload {
        name: "LiveGet",
        what: "live get",
        pumped_go: None,
        allocations: Some(0),
        ours: ours_held::<0>,
        beside: &[Beside { what: "`ArcSwap::load`", goal: Some(1.2), run: hand_held::<0> }],
    },
    Workload {
        name: "LiveGetEightHeld",
        what: "live get, 8 held by this thread",
        pumped_go: None,
        allocations: Some(0),
        ours: ours_held::<8>,
        beside: &[
            Beside { what: "`ArcSwap::load`, 8 held", goal: None, run: hand_held::<8> },
            Beside { what: "pumped, none held", goal: None, run: ours_held::<0> },
        ],
    },
    Workload {
        name: "LiveGetManyHeld",
        what: "live get, 64 held by this thread",
        pumped_go: None,
        allocations: Some(0),
        ours: ours_held::<64>,
        beside: &[
            Beside { what: "`ArcSwap::load`, 64 held", goal: None, run: hand_held::<64> },
            Beside { what: "pumped, none held", goal: None, run: ours_held::<0> },
        ],
    },
    Workload {
        name: "LiveGetOthersHold",
        what: "live get, 64 held by another thread",
        pumped_go: None,
        allocations: Some(0),
        ours: || {
            let scope = leaked_scope();
            let holder = Waiting::new(1, || {
                let held: [_; 64] = std::array::from_fn(|_| scope.get::<first>().unwrap());
                held
            });
            run(move || {
                let _holder = &holder;
                read_first(scope)
            })
        },
        beside: &[
            Beside {
                what: "`ArcSwap::load`, 64 held by another",
                goal: None,
                run: || {
                    let swap = Arc::new(swap());
                    let theirs = swap.clone();
                    let holder = Waiting::new(1, move || {
                        let held: [_; 64] = std::array::from_fn(|_| theirs.load());
                        held
                    });
                    run(move || {
                        let _holder = &holder;
                        read_swap(&swap)
                    })
                },
            },
            Beside { what: "pumped, none held", goal: None, run: ours_held::<0> },
        ],
    },
    Workload {
        name: "LiveGetTwoThreads",
        what: "live get, two threads, the same value",
        pumped_go: None,
        allocations: Some(0),
        ours: || {
            let scope = scope();
            Parallel::boxed(2, LOOPS, move |_| read_first(&scope))
        },
        beside: &[
            Beside {
                what: "`ArcSwap::load`, two threads",
                goal: None,
                run: || {
                    let swap = swap();
                    Parallel::boxed(2, LOOPS, move |_| read_swap(&swap))
                },
            },
            Beside { what: "pumped on one thread", goal: None, run: on_one_thread },
        ],
    },
    Workload {
        name: "LiveGetTwoValues",
        what: "live get, two threads, a value each",
        pumped_go: None,
        allocations: Some(0),
        ours: || {
            let scope = scope();
            Parallel::boxed(2, LOOPS, move |thread| match thread {
                0 => read_first(&scope),
                _ => read_second(&scope),
            })
        },
        beside: &[
            Beside {
                what: "two `ArcSwap`s, two threads",
                goal: None,
                run: || {
                    let swaps = [swap(), swap()];
                    Parallel::boxed(2, LOOPS, move |thread| read_swap(&swaps[thread]))
                },
            },
            Beside { what: "pumped on one thread", goal: None, run: on_one_thread },
        ],
    },
];

/// Reads in one loop: enough that the loop's own cost, and what is held round it,
/// do not count.
const READS: u64 = 1000;
/// Loops in one run of several threads: enough that they run side by side.
const LOOPS: u32 = 100;

#[executor(mutable)]
fn first() -> u64 {
    black_box(1)
}

#[executor(mutable)]
fn second() -> u64 {
    black_box(1)
}

fn scope() -> Scope {
    let scope = Scope::new();
    assert_eq!(*scope.get::<first>().unwrap() + *scope.get::<second>().unwrap(), 2);
    scope
}

/// For threads that hold what they borrow from it.
fn leaked_scope() -> &'static Scope {
    Box::leak(Box::new(scope()))
}

fn swap() -> ArcSwap<u64> {
    ArcSwap::new(Arc::new(black_box(1)))
}

fn ours_held<const HELD: usize>() -> Box<dyn Run> {
    let scope = scope();
    run(move || {
        let _held: [_; HELD] = std::array::from_fn(|_| scope.get::<first>().unwrap());
        read_first(&scope)
    })
}

fn hand_held<const HELD: usize>() -> Box<dyn Run> {
    let swap = swap();
    run(move || {
        let _held: [_; HELD] = std::array::from_fn(|_| swap.load());
        read_swap(&swap)
    })
}

fn on_one_thread() -> Box<dyn Run> {
    let scope = scope();
    Parallel::boxed(1, LOOPS, move |_| read_first(&scope))
}

macro_rules! loops {
    ($($name:ident: |$side:ident: $type:ty| $read:expr;)*) => {$(
        /// A hot loop of reads.
        #[inline(never)]
        fn $name(side: &$type) -> u64 {
            let mut sum = 0;
            for _ in 0..READS {
                let $side = black_box(side);
                sum += $read;
            }
            sum
        }
    )*};
}

loops! {
    read_first: |scope: Scope| *scope.get::<first>().unwrap();
    read_second: |scope: Scope| *scope.get::<second>().unwrap();
    read_swap: |swap: ArcSwap<u64>| **swap.load();
}
