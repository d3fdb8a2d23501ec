//! What the tests of live values share: a trace of builds and cleanups, gates
//! that hold a build where a test wants it, and a watchdog.
//!
//! A [`Trace`] travels as a tag of the scope, so that every test has its own and
//! all of them run side by side.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use pumped::prelude::*;

/// What happened in one scope, and what is to happen.
#[derive(Clone, Default)]
pub struct Trace(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    runs: BTreeMap<String, usize>,
    lines: Vec<String>,
    on: BTreeSet<String>,
    gates: BTreeMap<String, Arc<Stage>>,
}

impl Trace {
    /// An empty trace.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A scope with this trace as a tag.
    ///
    /// # Panics
    /// Never: a tag is nothing to fail at.
    #[must_use]
    pub fn scope(&self) -> Scope {
        Scope::builder().tag(self.clone()).build().expect("a scope with a tag")
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How often `name` was built.
    #[must_use]
    pub fn runs(&self, name: &str) -> usize {
        self.state().runs.get(name).copied().unwrap_or(0)
    }

    /// How often anything was built.
    #[must_use]
    pub fn all_runs(&self) -> usize {
        self.state().runs.values().sum()
    }

    /// Writes a line.
    pub fn note(&self, line: impl Into<String>) {
        self.state().lines.push(line.into());
    }

    /// Takes the lines written since the last call.
    #[must_use]
    pub fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.state().lines)
    }

    /// How often a line was written since the last [`take`](Self::take).
    #[must_use]
    pub fn count(&self, line: &str) -> usize {
        self.state().lines.iter().filter(|other| *other == line).count()
    }

    /// Turns a switch on: `"parity fails"`, `"parity panics"`, or any that an executor asks for.
    pub fn on(&self, switch: &str) {
        self.state().on.insert(switch.to_owned());
    }

    /// Turns a switch off.
    pub fn off(&self, switch: &str) {
        self.state().on.remove(switch);
    }

    /// Whether a switch is on.
    #[must_use]
    pub fn is_on(&self, switch: &str) -> bool {
        self.state().on.contains(switch)
    }

    /// Holds the next one who comes to `place`; a build comes to its own name.
    #[must_use]
    pub fn gate(&self, place: &str) -> Gate {
        let stage = Arc::new(Stage::default());
        self.state().gates.insert(place.to_owned(), stage.clone());
        Gate(stage)
    }

    /// Waits here if there is a gate.
    pub fn pass(&self, place: &str) {
        let stage = self.state().gates.remove(place);
        if let Some(stage) = stage {
            stage.pass();
        }
    }
}

/// Counts a run of the executor that is built, writes nothing, and fails or
/// waits as the trace says. Returns the number of the run, from 1.
///
/// # Errors
/// If the switch `"… fails"` is on.
///
/// # Panics
/// If the switch `"… panics"` is on, or the scope has no trace.
pub fn run(cx: &ResolveCtx<'_>) -> Result<usize, String> {
    let trace = cx.tag::<Trace>().expect("the scope of a test has a trace");
    let name = cx.name();
    let count = {
        let mut state = trace.state();
        let count = state.runs.entry(name.to_owned()).or_default();
        *count += 1;
        *count
    };
    trace.pass(name);
    assert!(!trace.is_on(&format!("{name} panics")), "{name} panics");
    if trace.is_on(&format!("{name} fails")) {
        return Err(format!("{name} fails"));
    }
    Ok(count)
}

/// As [`run`], and writes `-name#run` when the value is cleaned up.
///
/// # Errors
/// As [`run`].
///
/// # Panics
/// As [`run`].
pub fn tracked(cx: &ResolveCtx<'_>) -> Result<usize, String> {
    let count = run(cx)?;
    note_cleanup(cx, format!("-{}#{count}", cx.name()));
    Ok(count)
}

/// Writes `line` when the value that is built is cleaned up.
///
/// # Panics
/// If the scope has no trace.
pub fn note_cleanup(cx: &ResolveCtx<'_>, line: String) {
    let trace = cx.tag::<Trace>().expect("the scope of a test has a trace").clone();
    cx.on_cleanup(move || trace.note(line));
}

#[derive(Default)]
struct Stage {
    at: Mutex<At>,
    moved: Condvar,
}

#[derive(Clone, Copy, Default, PartialEq)]
enum At {
    #[default]
    Closed,
    Reached,
    Open,
}

impl Stage {
    fn set(&self, to: At) {
        *self.at.lock().unwrap_or_else(PoisonError::into_inner) = to;
        self.moved.notify_all();
    }

    fn wait(&self, until: impl Fn(At) -> bool) {
        let mut at = self.at.lock().unwrap_or_else(PoisonError::into_inner);
        while !until(*at) {
            at = self.moved.wait(at).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn pass(&self) {
        let closed = *self.at.lock().unwrap_or_else(PoisonError::into_inner) == At::Closed;
        if closed {
            self.set(At::Reached);
            self.wait(|at| at == At::Open);
        }
    }
}

/// Holds whoever comes to its place, until it is opened or dropped.
pub struct Gate(Arc<Stage>);

impl Gate {
    /// Waits until somebody is held.
    pub fn reached(&self) {
        self.0.wait(|at| at != At::Closed);
    }

    /// Lets go.
    pub fn open(&self) {
        self.0.set(At::Open);
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        self.open();
    }
}

/// Aborts the process if the test that holds it does not end: a deadlock is a
/// failure, not a hang.
#[must_use = "it watches as long as it lives"]
pub struct Watchdog {
    alive: Option<mpsc::Sender<()>>,
}

/// A watchdog for the test that calls.
///
/// # Panics
/// If no thread can be started.
pub fn watchdog() -> Watchdog {
    let (alive, ended) = mpsc::channel::<()>();
    let test = std::thread::current().name().unwrap_or("a test").to_owned();
    let watch = move || {
        if ended.recv_timeout(Duration::from_mins(2)) == Err(RecvTimeoutError::Timeout) {
            eprintln!("{test} does not end: a deadlock, or starvation");
            std::process::abort();
        }
    };
    std::thread::Builder::new().spawn(watch).expect("a thread for the watchdog");
    Watchdog { alive: Some(alive) }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        self.alive = None;
    }
}
