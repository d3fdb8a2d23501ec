//! `ReactiveDependencyTracking`: a base, one that depends on it, and ten that
//! depend on that one.
//!
//! By hand twice: [`Cells`] is what can be shared between threads, as a
//! scope can; [`Single`] is the least that one thread needs, for orientation.

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use pumped::{Reactive, Scope, executor};

use crate::workload::{Beside, PumpedGo, Workload, numbered};

pub(super) const WORKLOADS: &[Workload] = &[
    Workload {
        name: "ReactiveDependencyTracking",
        what: "update below 1 + 10 dependents, unread",
        pumped_go: Some(PumpedGo { allocations: 11, bytes: 1_104 }),
        allocations: Some(1),
        ours: || {
            let ours = Ours::new();
            numbered(move |value| {
                ours.update(value);
                value
            })
        },
        beside: &[Beside {
            what: CELLS,
            goal: None,
            run: || {
                let cells = Cells::default();
                numbered(move |value| {
                    cells.update(value);
                    value
                })
            },
        }],
    },
    Workload {
        name: "UpdateAndRead",
        what: "update, then read of 1 + 10 dependents",
        pumped_go: None,
        allocations: Some(12),
        ours: || {
            let ours = Ours::new();
            numbered(move |value| {
                ours.update(value);
                ours.read()
            })
        },
        beside: &[
            Beside {
                what: CELLS,
                goal: Some(3.0),
                run: || {
                    let cells = Cells::default();
                    numbered(move |value| {
                        cells.update(value);
                        cells.read()
                    })
                },
            },
            Beside {
                what: "plain cells of one thread",
                goal: None,
                run: || {
                    let single = Single::default();
                    numbered(move |value| {
                        single.update(value);
                        single.read()
                    })
                },
            },
        ],
    },
];

/// What one writes by hand for values that change and are shared.
pub(super) const CELLS: &str = "`Mutex<Option<Arc<T>>>` and a dirty flag";

/// The source.
#[executor(mutable)]
fn base() -> u64 {
    0
}

/// What all ten depend on.
#[executor]
fn middle(base: Reactive<base>) -> u64 {
    *base + 1
}

/// The graph in a scope, every value read once.
pub(super) struct Ours {
    scope: Scope,
}

/// The graph in cells that threads may share.
pub(super) struct Cells {
    base: Mutex<Arc<u64>>,
    middle: Derived,
    top: [Derived; 10],
}

/// A value that is computed again if something below has changed.
pub(super) struct Derived {
    value: Mutex<Option<Arc<u64>>>,
    dirty: AtomicBool,
}

impl Derived {
    pub(super) const fn new() -> Self {
        Self { value: Mutex::new(None), dirty: AtomicBool::new(true) }
    }

    pub(super) fn mark(&self) {
        self.dirty.store(true, Ordering::Release);
    }

    pub(super) fn get(&self, build: impl FnOnce() -> u64) -> Arc<u64> {
        let mut value = self.value.lock().unwrap_or_else(PoisonError::into_inner);
        if self.dirty.swap(false, Ordering::AcqRel) {
            *value = None;
        }
        value.get_or_insert_with(|| Arc::new(build())).clone()
    }
}

impl Default for Cells {
    fn default() -> Self {
        Self {
            base: Mutex::new(Arc::new(0)),
            middle: Derived::new(),
            top: [const { Derived::new() }; 10],
        }
    }
}

impl Cells {
    /// Stores a new base and marks what depends on it.
    pub(super) fn update(&self, value: u64) {
        let value = Arc::new(value);
        let mut base = self.base.lock().unwrap_or_else(PoisonError::into_inner);
        self.middle.mark();
        for top in &self.top {
            top.mark();
        }
        *base = value;
    }

    /// The sum of the ten.
    pub(super) fn read(&self) -> u64 {
        let base = || *self.base.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let middle = || *self.middle.get(|| base() + 1);
        let tops = self.top.iter().zip(1..);
        tops.map(|(top, number)| *top.get(|| middle() + number)).sum()
    }
}

/// The graph in plain cells, for one thread.
#[derive(Default)]
pub(super) struct Single {
    base: Cell<u64>,
    middle: Plain,
    top: [Plain; 10],
}

/// A value and whether it is current.
#[derive(Default)]
struct Plain {
    value: Cell<u64>,
    clean: Cell<bool>,
}

impl Plain {
    fn get(&self, build: impl FnOnce() -> u64) -> u64 {
        if !self.clean.replace(true) {
            self.value.set(build());
        }
        self.value.get()
    }
}

impl Single {
    /// Stores a new base and marks what depends on it.
    pub(super) fn update(&self, value: u64) {
        self.base.set(value);
        self.middle.clean.set(false);
        for top in &self.top {
            top.clean.set(false);
        }
    }

    /// The sum of the ten.
    pub(super) fn read(&self) -> u64 {
        let middle = || self.middle.get(|| self.base.get() + 1);
        let tops = self.top.iter().zip(1..);
        tops.map(|(top, number)| top.get(|| middle() + number)).sum()
    }
}

impl Ours {
    pub(super) fn new() -> Self {
        let ours = Self { scope: Scope::new() };
        ours.read();
        ours
    }

    /// Stores a new base.
    pub(super) fn update(&self, value: u64) {
        self.scope.update::<base>(value).unwrap();
    }
}

macro_rules! top {
    ($($name:ident = $number:literal)*) => {
        $(
            /// One of the ten.
            #[executor]
            fn $name(middle: Reactive<middle>) -> u64 {
                *middle + $number
            }
        )*

        impl Ours {
            /// The sum of the ten.
            pub(super) fn read(&self) -> u64 {
                0 $(+ *self.scope.get::<$name>().unwrap())*
            }
        }
    };
}

top! { t01 = 1 t02 = 2 t03 = 3 t04 = 4 t05 = 5 t06 = 6 t07 = 7 t08 = 8 t09 = 9 t10 = 10 }
