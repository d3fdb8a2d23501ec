//! `ReactiveDependencyTracking`: a base, one that depends on it, and ten that
//! depend on that one.
//!
//! By hand twice: [`Cells`] is what can be shared between threads, as a
//! scope can; [`Single`] is the least that one thread needs, for orientation.

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use pumped::{Reactive, Scope, executor};

/// The source.
#[executor(mutable)]
pub fn base() -> u64 {
    0
}

/// What all ten depend on.
#[executor]
pub fn middle(base: Reactive<base>) -> u64 {
    *base + 1
}

/// How many depend on the base, near or far.
pub const DEPENDENTS: u64 = 11;

/// The graph in a scope, every value read once.
pub struct Ours {
    scope: Scope,
}

/// The graph in cells that threads may share.
pub struct Cells {
    base: Mutex<Arc<u64>>,
    middle: Derived,
    top: [Derived; 10],
}

/// A value that is computed again if something below has changed.
struct Derived {
    value: Mutex<Option<Arc<u64>>>,
    dirty: AtomicBool,
}

impl Derived {
    const fn new() -> Self {
        Self { value: Mutex::new(None), dirty: AtomicBool::new(true) }
    }

    fn get(&self, build: impl FnOnce() -> u64) -> Arc<u64> {
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
    pub fn update(&self, value: u64) {
        let value = Arc::new(value);
        let mut base = self.base.lock().unwrap_or_else(PoisonError::into_inner);
        self.middle.dirty.store(true, Ordering::Release);
        for top in &self.top {
            top.dirty.store(true, Ordering::Release);
        }
        *base = value;
    }

    /// The sum of the ten.
    #[must_use]
    pub fn read(&self) -> u64 {
        let base = || *self.base.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let middle = || *self.middle.get(|| base() + 1);
        let tops = self.top.iter().zip(1..);
        tops.map(|(top, number)| *top.get(|| middle() + number)).sum()
    }
}

/// The graph in plain cells, for one thread.
#[derive(Default)]
pub struct Single {
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
    pub fn update(&self, value: u64) {
        self.base.set(value);
        self.middle.clean.set(false);
        for top in &self.top {
            top.clean.set(false);
        }
    }

    /// The sum of the ten.
    #[must_use]
    pub fn read(&self) -> u64 {
        let middle = || self.middle.get(|| self.base.get() + 1);
        let tops = self.top.iter().zip(1..);
        tops.map(|(top, number)| top.get(|| middle() + number)).sum()
    }
}

impl Ours {
    /// A fresh scope.
    #[must_use]
    pub fn new() -> Self {
        let ours = Self { scope: Scope::new() };
        ours.read();
        ours
    }

    /// Stores a new base.
    pub fn update(&self, value: u64) {
        self.scope.update::<base>(value).unwrap();
    }
}

impl Default for Ours {
    fn default() -> Self {
        Self::new()
    }
}

macro_rules! top {
    ($($name:ident = $number:literal)*) => {
        $(
            /// One of the ten.
            #[executor]
            pub fn $name(middle: Reactive<middle>) -> u64 {
                *middle + $number
            }
        )*

        impl Ours {
            /// The sum of the ten.
            pub fn read(&self) -> u64 {
                0 $(+ *self.scope.get::<$name>().unwrap())*
            }
        }
    };
}

top! { t01 = 1 t02 = 2 t03 = 3 t04 = 4 t05 = 5 t06 = 6 t07 = 7 t08 = 8 t09 = 9 t10 = 10 }
