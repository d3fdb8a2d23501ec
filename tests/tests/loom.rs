//! Models of the slot: every interleaving of two or three threads, with the weak
//! memory of the language, up to `LOOM_MAX_PREEMPTIONS`.
//!
//! `LOOM_MAX_PREEMPTIONS=2 RUSTFLAGS="--cfg loom" cargo test --release -p pumped-tests --test loom`
#![cfg(loom)]

use std::pin::Pin;
use std::task::{Context, Poll, Wake, Waker};

use futures_core::Stream;
use loom::sync::Arc;
use loom::sync::atomic::{AtomicU32, Ordering::SeqCst};
use loom::thread;
use pumped::error::ResolveErrorKind;
use pumped::graph::Graph;
use pumped::prelude::*;

/// How often the factories of a model have run, and what they are to do.
#[derive(Default)]
struct Runs {
    value: AtomicU32,
    cleanups: AtomicU32,
    fail_first: bool,
}

type Count = Arc<Runs>;

/// Explores a model. An executor gets its number in the process at its first use,
/// which must not be in the first round only: rounds have to be alike.
fn model(model: impl Fn() + Sync + Send + 'static) {
    let _ = (Graph::of::<above>(), Graph::of::<join>());
    loom::model(model);
}

fn scope(fail_first: bool) -> (Scope, Count) {
    let runs = Arc::new(Runs { fail_first, ..Runs::default() });
    (Scope::builder().tag(runs.clone()).build().unwrap(), runs)
}

#[executor]
fn fixed(runs: Tag<Count>, cx: &ResolveCtx<'_>) -> Result<u32, String> {
    let run = runs.value.fetch_add(1, SeqCst);
    let cleaned = Count::clone(&runs);
    cx.on_cleanup(move || {
        cleaned.cleanups.fetch_add(1, SeqCst);
    });
    if run == 0 && runs.fail_first { Err("first".into()) } else { Ok(7) }
}

#[executor]
fn above(fixed: Dep<fixed>) -> u32 {
    *fixed + 1
}

#[executor(mutable)]
fn left() -> u32 {
    0
}

#[executor]
fn derived(left: Reactive<left>) -> u32 {
    *left * 10
}

#[executor]
fn join(left: Reactive<left>, derived: Reactive<derived>, runs: Tag<Count>) -> (u32, u32) {
    runs.value.fetch_add(1, SeqCst);
    (*left, *derived)
}

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

/// Rules 9, 10: replace. A reader beside a writer sees one state or the other,
/// never a mix, and after the update the new one.
#[test]
fn an_update_beside_a_build_is_neither_lost_nor_mixed() {
    model(|| {
        let (scope, _) = scope(false);
        let other = scope.clone();
        let reader = thread::spawn(move || *other.get::<join>().unwrap());
        scope.update::<left>(1).unwrap();
        assert_eq!(*scope.get::<join>().unwrap(), (1, 10));
        let seen = reader.join().unwrap();
        assert!(seen == (0, 0) || seen == (1, 10), "{seen:?}");
        assert_eq!(*scope.get::<join>().unwrap(), (1, 10));
    });
}

/// Rules 9, 10, 13 with a warm graph: publish against invalidate.
#[test]
fn publish_against_invalidate() {
    model(|| {
        let (scope, runs) = scope(false);
        assert_eq!(*scope.get::<join>().unwrap(), (0, 0));
        let other = scope.clone();
        let writer = thread::spawn(move || {
            other.update::<left>(1).unwrap();
            *other.get::<derived>().unwrap()
        });
        let seen = *scope.get::<join>().unwrap();
        assert!(seen == (0, 0) || seen == (1, 10), "{seen:?}");
        let again = *scope.get::<join>().unwrap();
        assert!(again.0 >= seen.0, "a reader went back");
        assert_eq!(writer.join().unwrap(), 10);
        assert_eq!(*scope.get::<join>().unwrap(), (1, 10));
        // Once per change.
        assert_eq!(runs.value.load(SeqCst), 2);
    });
}

#[executor(mutable)]
fn right() -> u32 {
    0
}

#[executor]
fn pair(left: Reactive<left>, right: Reactive<right>) -> (u32, u32) {
    (*left, *right)
}

/// Rule 10: a batch of two sources beside a reader of both, and of what is built from
/// both: it sees all of the batch or nothing of it.
#[test]
fn a_batch_beside_a_reader() {
    let _ = Graph::of::<pair>();
    model(|| {
        let (scope, _) = scope(false);
        assert_eq!(*scope.get::<pair>().unwrap(), (0, 0));
        let other = scope.clone();
        let writer = thread::spawn(move || {
            let batch = other.batch(|b| {
                b.update::<left>(1)?;
                b.update::<right>(1)
            });
            batch.unwrap();
        });
        let (left, right) = (*scope.get::<left>().unwrap(), *scope.get::<right>().unwrap());
        assert!(left <= right, "half a batch");
        let seen = *scope.get::<pair>().unwrap();
        assert!(seen == (0, 0) || seen == (1, 1), "{seen:?}");
        assert!(seen.0 >= right, "a reader went back");
        writer.join().unwrap();
        assert_eq!(*scope.get::<pair>().unwrap(), (1, 1));
    });
}

/// Rules 5 and 13: a batch holds one source and waits for the other, whose writer wants
/// the first: one of them is told, and nobody waits for ever.
#[test]
fn a_batch_against_a_writer_in_the_other_order() {
    let _ = Graph::of::<pair>();
    model(|| {
        let (scope, _) = scope(false);
        assert_eq!(*scope.get::<pair>().unwrap(), (0, 0));
        let other = scope.clone();
        let writer = thread::spawn(move || {
            let inner = other.clone();
            let mut updated = false;
            other
                .modify::<right>(|now| {
                    updated = inner.update::<left>(1).is_ok();
                    *now
                })
                .is_ok()
                && updated
        });
        let batch = scope.batch(|b| {
            b.update::<left>(2)?;
            b.update::<right>(2)
        });
        assert!(writer.join().unwrap() || batch.is_ok());
    });
}

/// Remembers that it was woken.
struct Woken(std::sync::atomic::AtomicBool);

impl Wake for Woken {
    fn wake(self: std::sync::Arc<Self>) {
        self.0.store(true, SeqCst);
    }
}

/// Rule 9: a watch beside an update: whoever found nothing is woken, and finds it then.
#[test]
fn a_watch_beside_an_update() {
    model(|| {
        let (scope, _) = scope(false);
        let mut watch = scope.watch::<derived>();
        let other = scope.clone();
        let writer = thread::spawn(move || other.update::<left>(1).unwrap());
        let woken = std::sync::Arc::new(Woken(std::sync::atomic::AtomicBool::new(false)));
        let waker = Waker::from(woken.clone());
        let mut poll = || Pin::new(&mut watch).poll_next(&mut Context::from_waker(&waker));
        let first = poll();
        writer.join().unwrap();
        let item = if first.is_pending() {
            assert!(woken.0.load(SeqCst), "nobody says that there is something");
            poll()
        } else {
            first
        };
        let Poll::Ready(Some(Ok(value))) = item else { panic!("nothing there") };
        assert_eq!(*value, 10);
        assert!(poll().is_pending(), "twice the same");
    });
}

/// Rule 13: no increment is lost.
#[test]
fn concurrent_modifies_all_count() {
    model(|| {
        let (scope, _) = scope(false);
        let other = scope.clone();
        let thread = thread::spawn(move || other.modify::<left>(|now| now + 1).unwrap());
        scope.modify::<left>(|now| now + 1).unwrap();
        thread.join().unwrap();
        assert_eq!(*scope.get::<left>().unwrap(), 2);
    });
}

/// Release beside a read: the reader gets a value, the slot is not revived by it.
#[test]
fn release_against_a_read() {
    model(|| {
        let (scope, _) = scope(false);
        scope.update::<left>(5).unwrap();
        let other = scope.clone();
        let reader = thread::spawn(move || *other.get::<derived>().unwrap());
        scope.release::<left>().unwrap();
        let seen = reader.join().unwrap();
        assert!(seen == 50 || seen == 0, "{seen}");
        assert_eq!(*scope.get::<derived>().unwrap(), 0);
    });
}

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

/// Rules 1, 9, 10: two readers and a writer. Each reader sees one state, both see the
/// new one after the update, and the function runs once per state that was read.
#[test]
fn two_readers_and_a_writer() {
    model(|| {
        let (scope, runs) = scope(false);
        let readers = [scope.clone(), scope.clone()]
            .map(|scope| thread::spawn(move || *scope.get::<join>().unwrap()));
        scope.update::<left>(1).unwrap();
        for reader in readers {
            let seen = reader.join().unwrap();
            assert!(seen == (0, 0) || seen == (1, 10), "{seen:?}");
        }
        assert_eq!(*scope.get::<join>().unwrap(), (1, 10));
        assert!(runs.value.load(SeqCst) <= 2);
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
