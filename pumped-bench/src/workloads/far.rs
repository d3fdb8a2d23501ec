//! A warm read of an executor that is first asked for after many others: a scope
//! finds the first 64 that a process uses in its own table, and the others through
//! pages.

use std::hint::black_box;

use pumped::{Scope, executor};

use super::warm::{FIELD, hot_loops, read_field, warm_field};
use crate::workload::{Beside, Workload, run};

pub(super) const WORKLOADS: &[Workload] = &[Workload {
    name: "WarmGetFar",
    what: "warm get, not among the first 64",
    pumped_go: None,
    allocations: Some(0),
    ours: || {
        let scope = warm_scope();
        run(move || read_far(&scope))
    },
    beside: &[Beside {
        what: FIELD,
        goal: Some(1.5),
        run: || {
            let field = warm_field();
            run(move || read_field(&field))
        },
    }],
}];

#[executor]
fn far() -> u64 {
    black_box(1)
}

fn warm_scope() -> Scope {
    // More than 64 others, should nobody have been before us.
    for workload in super::wide::WORKLOADS.iter().chain(super::deep::WORKLOADS) {
        (workload.ours)().run();
    }
    let scope = Scope::new();
    assert_eq!(*scope.get::<far>().unwrap(), 1);
    scope
}

hot_loops! {
    read_far: |scope: Scope| *scope.get::<far>().unwrap();
}
