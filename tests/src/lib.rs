//! What the behaviour tests share; the tests are in `tests/`, one topic a file.
//!
//! A factory counts its runs in a [`Runs`] of its own test, or writes them to the
//! [`Log`] that its scope carries as a tag, so that tests can run side by side.
//! Nothing here sleeps: threads meet at barriers, and who must be *waiting* before
//! a test goes on is asked for by [`Tid`].

pub mod alloc;
pub mod futures;
pub mod live;
pub mod spy;
mod threads;

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use pumped::{Scope, ScopeBuilder};

pub use threads::{Tid, Watchdog, on_small_stack, together};

/// Counts how often something ran; for a `static`.
#[derive(Debug, Default)]
pub struct Runs(AtomicUsize);

impl Runs {
    /// None so far.
    #[must_use]
    pub const fn new() -> Self {
        Self(AtomicUsize::new(0))
    }

    /// One more; returns the number of this run, from 1.
    pub fn up(&self) -> usize {
        self.0.fetch_add(1, Ordering::SeqCst) + 1
    }

    /// How many there were.
    #[must_use]
    pub fn get(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

/// What happened in a scope, in order. Clones are the same log.
#[derive(Clone, Debug, Default)]
pub struct Log(Arc<Mutex<Written>>);

#[derive(Debug, Default)]
struct Written {
    lines: Vec<String>,
    /// How often each line was ever written.
    counts: HashMap<String, usize>,
}

impl Log {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A builder of a scope that has this log as a tag.
    pub fn builder(&self) -> ScopeBuilder {
        Scope::builder().tag(self.clone())
    }

    /// A scope that has this log as a tag.
    ///
    /// # Panics
    /// Never: a tag contradicts nothing.
    #[must_use]
    pub fn scope(&self) -> Scope {
        self.builder().build().expect("a tag contradicts nothing")
    }

    fn written(&self) -> MutexGuard<'_, Written> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes a line, and returns how often it has been written, from 1.
    pub fn note(&self, line: impl Into<String>) -> usize {
        let line = line.into();
        let mut written = self.written();
        let count = written.counts.entry(line.clone()).or_default();
        *count += 1;
        let count = *count;
        written.lines.push(line);
        count
    }

    /// How often `line` was ever written.
    #[must_use]
    pub fn count(&self, line: &str) -> usize {
        self.written().counts.get(line).copied().unwrap_or_default()
    }

    /// Every line since the last `take`.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        self.written().lines.clone()
    }

    /// Every line since the last `take`, and takes them out. The counts go on.
    #[must_use]
    pub fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.written().lines)
    }
}
