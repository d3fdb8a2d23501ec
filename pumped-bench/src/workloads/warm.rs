//! Warm reads of fixed values beside `OnceLock` fields, alone and on two threads.

use std::hint::black_box;
use std::sync::OnceLock;

use pumped::{Scope, executor};

use crate::threads::Parallel;
use crate::workload::{Beside, Run, Workload, run};

pub(super) const WORKLOADS: &[Workload] = &[
    Workload {
        name: "WarmGet",
        what: "warm get, in a hot loop",
        pumped_go: None,
        allocations: Some(0),
        ours: || {
            let scope = warm_scope();
            run(move || read_first(&scope))
        },
        beside: &[Beside {
            what: FIELD,
            goal: Some(1.5),
            run: || {
                let field = warm_field();
                run(move || read_field(&field))
            },
        }],
    },
    Workload {
        name: "WarmGetTwoThreads",
        what: "warm get, two threads, the same value",
        pumped_go: None,
        allocations: Some(0),
        ours: || {
            let scope = warm_scope();
            Parallel::boxed(2, LOOPS, move |_| read_first(&scope))
        },
        beside: &[
            Beside {
                what: "a `OnceLock` field, two threads",
                goal: None,
                run: || {
                    let field = warm_field();
                    Parallel::boxed(2, LOOPS, move |_| read_field(&field))
                },
            },
            Beside { what: "pumped on one thread", goal: None, run: on_one_thread },
        ],
    },
    Workload {
        name: "WarmGetTwoValues",
        what: "warm get, two threads, a value each",
        pumped_go: None,
        allocations: Some(0),
        ours: || {
            let scope = warm_scope();
            Parallel::boxed(2, LOOPS, move |thread| match thread {
                0 => read_first(&scope),
                _ => read_second(&scope),
            })
        },
        beside: &[
            Beside {
                what: "two `OnceLock` fields, two threads",
                goal: None,
                run: || {
                    let fields = [warm_field(), warm_field()];
                    Parallel::boxed(2, LOOPS, move |thread| read_field(&fields[thread]))
                },
            },
            Beside { what: "pumped on one thread", goal: None, run: on_one_thread },
        ],
    },
];

pub(super) const FIELD: &str = "a `OnceLock` field";

/// Reads in one loop: enough that the loop's own cost is that of an addition.
pub(super) const READS: u64 = 1000;
/// Loops in one run of several threads: enough that they run side by side.
const LOOPS: u32 = 100;

#[executor]
fn first() -> u64 {
    black_box(1)
}

#[executor]
fn second() -> u64 {
    black_box(1)
}

fn warm_scope() -> Scope {
    let scope = Scope::new();
    assert_eq!(*scope.get::<first>().unwrap() + *scope.get::<second>().unwrap(), 2);
    scope
}

fn on_one_thread() -> Box<dyn Run> {
    let scope = warm_scope();
    Parallel::boxed(1, LOOPS, move |_| read_first(&scope))
}

pub(super) fn warm_field() -> OnceLock<u64> {
    let field = OnceLock::new();
    read_field(&field);
    field
}

/// Hot loops of reads, each in sixteen copies that run one after the other: how fast
/// so short a loop is also depends on where it happens to lie in a cache line, and
/// the copies are made to lie differently: as large as they are, they would not.
macro_rules! hot_loops {
    ($($name:ident: |$side:ident: $type:ty| $read:expr;)*) => {$(
        pub(super) fn $name(side: &$type) -> u64 {
            #[inline(never)]
            fn copy<const COPY: u64>(side: &$type) -> u64 {
                // Tells the copies apart, or they would become one.
                let mut sum = std::hint::black_box(COPY);
                $crate::workloads::warm::lie_differently::<COPY>();
                for _ in 0..$crate::workloads::warm::READS {
                    let $side = std::hint::black_box(side);
                    sum += $read;
                }
                sum
            }
            $crate::workloads::warm::hot_loops!(@call copy side
                0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15)
        }
    )*};
    (@call $copy:ident $side:ident $($number:literal)*) => {
        0 $(+ $copy::<$number>($side))*
    };
}

pub(super) use hot_loops;

/// Moves what follows by four bytes for each copy: so many instructions that do nothing, once.
#[expect(clippy::inline_always, reason = "called, it would move nothing")]
#[inline(always)]
pub(super) fn lie_differently<const COPY: u64>() {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: it does nothing.
    unsafe {
        std::arch::asm!(
            ".fill {bytes}, 1, 0x90",
            bytes = const COPY * 4,
            options(nomem, nostack, preserves_flags)
        );
    }
}

// Written out here, so that what is measured is the read and not a call round it.
hot_loops! {
    read_first: |scope: Scope| *scope.get::<first>().unwrap();
    read_second: |scope: Scope| *scope.get::<second>().unwrap();
    read_field: |field: OnceLock<u64>| *field.get_or_init(|| black_box(1));
}
