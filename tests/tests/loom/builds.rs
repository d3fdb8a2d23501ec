//! Building what is fixed: once, whoever asks, and never in a circle.

use loom::sync::atomic::Ordering::SeqCst;
use loom::thread;
use pumped::error::ResolveErrorKind;
use pumped::graph::Graph;
use pumped::prelude::*;

use crate::{above, fixed, model, scope};

/// Rule 1: publish and wait. Two threads ask first; the function runs once.
#[test]
fn two_threads_build_once() {
    model(|| {
        let (scope, runs) = scope(false);
        let other = scope.clone();
        let thread = thread::spawn(move || *other.get::<above>().unwrap());
        assert_eq!(*scope.get::<fixed>().unwrap(), 7);
        assert_eq!(thread.join().unwrap(), 8);
        assert_eq!(runs.value.load(SeqCst), 1);
        drop(scope);
        assert_eq!(runs.cleanups.load(SeqCst), 1);
    });
}

/// Rule 2: fail and retry. Whoever joined the failed attempt gets its error, the
/// next one builds; cleanups run once for each attempt.
#[test]
fn a_failure_is_not_cached() {
    model(|| {
        let (scope, runs) = scope(true);
        let other = scope.clone();
        let thread = thread::spawn(move || other.get::<fixed>().map(|value| *value));
        let here = scope.get::<fixed>().map(|value| *value);
        let there = thread.join().unwrap();
        let failed = [&here, &there].iter().filter(|result| result.is_err()).count();
        let attempts = runs.value.load(SeqCst);
        assert!(failed >= 1);
        assert_eq!(attempts, if failed == 2 { 1 } else { 2 });
        assert_eq!(*scope.get::<fixed>().unwrap(), 7);
        assert_eq!(runs.value.load(SeqCst), 2);
        drop(scope);
        assert_eq!(runs.cleanups.load(SeqCst), 2);
    });
}

#[executor]
fn ping(pong: Lazy<pong>) -> Result<u32, ResolveError> {
    Ok(*pong.get()? + 1)
}

#[executor]
fn pong(ping: Lazy<ping>) -> Result<u32, ResolveError> {
    Ok(*ping.get()? + 1)
}

/// Rule 5: a cycle that two threads close between them is an error for both, and
/// never a deadlock (which loom reports).
#[test]
fn a_cycle_across_two_threads() {
    let _ = Graph::of::<ping>();
    model(|| {
        let (scope, _) = scope(false);
        let other = scope.clone();
        let thread = thread::spawn(move || other.get::<ping>().map(|value| *value));
        let here = scope.get::<pong>().map(|value| *value);
        let there = thread.join().unwrap();
        for result in [here, there] {
            assert_eq!(result.unwrap_err().kind(), ResolveErrorKind::Cycle);
        }
    });
}
