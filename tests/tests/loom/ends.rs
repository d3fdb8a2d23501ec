//! Ends: of values, of scopes, and of executions.

use loom::sync::Arc;
use loom::sync::atomic::{AtomicU32, Ordering::SeqCst};
use loom::thread;
use pumped::error::ResolveErrorKind;
use pumped::graph::Graph;
use pumped::prelude::*;

use crate::{Count, above, fixed, model, scope};

/// Rule 19: dispose waits for the build in flight or refuses it; each cleanup once.
#[test]
fn dispose_against_a_build() {
    model(|| {
        let (scope, runs) = scope(false);
        let other = scope.clone();
        let thread = thread::spawn(move || match other.get::<above>() {
            Ok(value) => assert_eq!(*value, 8),
            Err(error) => assert_eq!(error.kind(), ResolveErrorKind::Disposed),
        });
        scope.dispose().unwrap();
        assert_eq!(scope.get::<above>().unwrap_err().kind(), ResolveErrorKind::Disposed);
        thread.join().unwrap();
        assert_eq!(runs.cleanups.load(SeqCst), runs.value.load(SeqCst));
    });
}

/// The last handle goes while a `Dep` goes on another thread: the value and what
/// it was built from are cleaned up and dropped once each.
#[test]
fn the_last_holder_against_the_teardown() {
    model(|| {
        let (scope, runs) = scope(false);
        let held = scope.dep::<above>().unwrap();
        let thread = thread::spawn(move || {
            assert_eq!(*held, 8);
            drop(held);
        });
        drop(scope);
        thread.join().unwrap();
        assert_eq!(runs.cleanups.load(SeqCst), 1);
    });
}

/// What the cleanup of `closing` looks at: whether the value is still there.
struct Closing(Count);

impl Drop for Closing {
    fn drop(&mut self) {
        self.0.value.store(u32::MAX, SeqCst);
    }
}

fn close(closing: &Closing) {
    assert_ne!(closing.0.value.load(SeqCst), u32::MAX, "dropped before its cleanup has ended");
    closing.0.cleanups.fetch_add(1, SeqCst);
    thread::yield_now();
    assert_ne!(closing.0.value.load(SeqCst), u32::MAX, "dropped before its cleanup has ended");
}

#[executor(mutable, cleanup = close)]
fn closing(runs: Tag<Count>) -> Closing {
    Closing(Count::clone(&runs))
}

/// Rules 16, 19: the last holder of a replaced value lets go while `dispose` runs its
/// cleanup.
#[test]
fn the_last_holder_against_dispose() {
    let _ = Graph::of::<closing>();
    model(|| {
        let (scope, runs) = scope(false);
        let held = scope.dep::<closing>().unwrap();
        scope.update::<closing>(Closing(Count::default())).unwrap();
        let thread = thread::spawn(move || drop(held));
        scope.dispose().unwrap();
        drop(scope);
        thread.join().unwrap();
        assert_eq!(runs.cleanups.load(SeqCst), 1);
        assert_eq!(runs.value.load(SeqCst), u32::MAX);
    });
}

/// What the executions of a model have done.
#[derive(Default)]
struct Executions {
    begun: AtomicU32,
    running: AtomicU32,
}

type Seen = Arc<Executions>;

#[flow]
fn within(fixed: Ref<'_, fixed>) -> u32 {
    *fixed
}

/// Runs a child, and a root of its own inside.
#[flow]
fn execution(seen: Tag<Seen>, cx: &ExecutionCtx<'_>) -> u32 {
    seen.begun.fetch_add(1, SeqCst);
    seen.running.fetch_add(1, SeqCst);
    let child = cx.exec(within()).expect("what is running may still run others");
    let root = cx.scope().exec(within()).expect("also as a root");
    seen.running.fetch_sub(1, SeqCst);
    child + root
}

fn runs_or_is_refused(scope: &Scope) -> u32 {
    match scope.exec(execution()) {
        Ok(value) => {
            assert_eq!(value, 14);
            1
        }
        Err(FlowError::Disposed) => 0,
        Err(other) => panic!("{other}"),
    }
}

/// Rule 19: an execution that begins while `dispose` closes is refused, or `dispose`
/// waits for it and for all that it runs.
#[test]
fn an_execution_against_dispose() {
    model(|| {
        let (runs, seen) = (Count::default(), Seen::default());
        let scope = Scope::builder().tag(runs.clone()).tag(seen.clone()).build().unwrap();
        let other = scope.clone();
        let thread = thread::spawn(move || runs_or_is_refused(&other));
        scope.dispose().unwrap();
        assert_eq!(seen.running.load(SeqCst), 0, "an execution runs on");
        // Once for the value, if anything was built, before `dispose` returned.
        assert_eq!(runs.cleanups.load(SeqCst), runs.value.load(SeqCst));
        assert_eq!(runs_or_is_refused(&scope), 0);
        let ran = thread.join().unwrap();
        assert_eq!((ran, ran), (seen.begun.load(SeqCst), runs.value.load(SeqCst)));
    });
}

/// Two at once: `dispose` waits for both, on whatever counter they are.
#[test]
fn two_executions_against_dispose() {
    model(|| {
        let (runs, seen) = (Count::default(), Seen::default());
        let scope = Scope::builder().tag(runs.clone()).tag(seen.clone()).build().unwrap();
        // Warm, so that the rounds are about beginning and ending alone.
        assert_eq!(*scope.get::<fixed>().unwrap(), 7);
        let threads = [scope.clone(), scope.clone()]
            .map(|scope| thread::spawn(move || runs_or_is_refused(&scope)));
        scope.dispose().unwrap();
        assert_eq!(seen.running.load(SeqCst), 0, "an execution runs on");
        let ran: u32 = threads.map(|thread| thread.join().unwrap()).iter().sum();
        assert_eq!(ran, seen.begun.load(SeqCst));
        assert_eq!(runs.cleanups.load(SeqCst), 1);
    });
}
