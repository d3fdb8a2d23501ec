//! Updates of a source with 10, 100 and 1,000 dependents, each of them read, and
//! with the feature `ten-thousand` 10,000: the cost per dependent must not grow.
//!
//! They are all the same executors; a scope knows those that it has built.

use std::sync::{Arc, Mutex, PoisonError};

use pumped::{Reactive, Scope, executor};

use super::reactive::{CELLS, Derived};
use crate::workload::{Beside, Run, Workload, numbered};

// `base`, and `READ`: for each dependent, a function that reads it.
include!(concat!(env!("OUT_DIR"), "/dependents.rs"));

macro_rules! linear {
    ($($(#[$attribute:meta])* $name:literal $what:literal $count:literal [$($beside:expr),*];)*) => {
        pub(super) const WORKLOADS: &[Workload] = &[$(
            $(#[$attribute])*
            Workload {
                name: $name,
                what: $what,
                pumped_go: None,
                // The new value, and one for each rebuild.
                allocations: Some(1 + $count),
                ours: ours::<$count>,
                beside: &[
                    Beside { what: CELLS, goal: Some(3.0), run: hand::<$count> },
                    $($beside),*
                ],
            },
        )*];
    };
}

linear! {
    "Dependents10" "update, then read of 10 dependents" 10 [];
    "Dependents100" "update, then read of 100 dependents" 100
        [Beside { what: "10 × pumped with 10", goal: None, run: tens::<10> }];
    "Dependents1000" "update, then read of 1,000 dependents" 1_000
        [Beside { what: "100 × pumped with 10", goal: None, run: tens::<100> }];
    #[cfg(feature = "ten-thousand")]
    "Dependents10000" "update, then read of 10,000 dependents" 10_000
        [Beside { what: "1,000 × pumped with 10", goal: None, run: tens::<1_000> }];
}

/// Stores a new value of the source.
pub(crate) fn update(scope: &Scope, value: u64) {
    scope.update::<base>(value).unwrap();
}

/// The sum of the first so many dependents.
pub(crate) fn read(scope: &Scope, count: usize) -> u64 {
    READ[..count].iter().map(|read| read(scope)).sum()
}

fn ours<const COUNT: usize>() -> Box<dyn Run> {
    let scope = Scope::new();
    read(&scope, COUNT);
    numbered(move |value| {
        update(&scope, value);
        read(&scope, COUNT)
    })
}

/// Updates a graph of ten, as often as said.
fn tens<const TIMES: usize>() -> Box<dyn Run> {
    let mut ten = ours::<10>();
    numbered(move |_| (0..TIMES).map(|_| ten.run()).sum())
}

/// The source and its dependents in cells that threads may share.
struct Cells {
    base: Mutex<Arc<u64>>,
    dependents: Vec<Derived>,
}

fn hand<const COUNT: usize>() -> Box<dyn Run> {
    let dependents = (0..COUNT).map(|_| Derived::new()).collect();
    let cells = Cells { base: Mutex::new(Arc::new(0)), dependents };
    numbered(move |value| {
        cells.update(value);
        cells.read()
    })
}

impl Cells {
    fn update(&self, value: u64) {
        let value = Arc::new(value);
        let mut base = self.base.lock().unwrap_or_else(PoisonError::into_inner);
        for dependent in &self.dependents {
            dependent.mark();
        }
        *base = value;
    }

    fn read(&self) -> u64 {
        let base = || *self.base.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let numbered = self.dependents.iter().zip(1..);
        numbered.map(|(dependent, number)| *dependent.get(|| base() + number)).sum()
    }
}
