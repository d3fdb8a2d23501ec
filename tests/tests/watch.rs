//! Following live values: callbacks and watches.

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Barrier, Mutex, mpsc};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;

use futures_core::Stream;
use pumped::Watch;
use pumped::error::{DisposeError, ResolveErrorKind};
use pumped::prelude::*;
use pumped_tests::live::{Trace, run, tracked, watchdog};

#[executor(mutable)]
fn source() -> u32 {
    1
}

#[executor]
fn double(source: Reactive<source>, cx: &ResolveCtx<'_>) -> Result<u32, String> {
    tracked(cx)?;
    Ok(*source * 2)
}

#[executor(eq)]
fn parity(source: Reactive<source>, cx: &ResolveCtx<'_>) -> Result<u32, String> {
    run(cx)?;
    Ok(*source % 2)
}

type Seen = Arc<Mutex<Vec<u32>>>;

/// A place to write values to, and what writes them.
fn seen() -> (Seen, impl Fn(&u32) + Send + Sync) {
    let seen = Seen::default();
    let push = {
        let seen = seen.clone();
        move |now: &u32| seen.lock().unwrap().push(*now)
    };
    (seen, push)
}

fn take(seen: &Seen) -> Vec<u32> {
    std::mem::take(&mut seen.lock().unwrap())
}

/// Rules 9 and 11: who updates calls, after the change, with what was rebuilt; once each,
/// and not before or after the subscription.
#[test]
fn a_callback_follows_each_change() {
    let trace = Trace::new();
    let scope = trace.scope();
    let here = thread::current().id();
    let (seen, push) = seen();
    let weak = scope.downgrade();
    let subscription = scope.on_change::<double>(move |now| {
        assert_eq!(thread::current().id(), here);
        assert_eq!(*weak.upgrade().unwrap().get::<double>().unwrap(), *now);
        push(now);
    });
    assert_eq!(take(&seen), [0; 0], "nothing has changed yet");
    for value in [2, 3] {
        scope.update::<source>(value).unwrap();
        assert_eq!(take(&seen), [value * 2]);
    }
    scope.modify::<source>(|now| now + 1).unwrap();
    scope.batch(|b| b.update::<source>(5)).unwrap();
    scope.controller::<source>().update(6).unwrap();
    assert_eq!(take(&seen), [8, 10, 12]);
    assert_eq!(trace.runs("double"), 6, "built once, then once for each change");
    drop(subscription);
    scope.update::<source>(7).unwrap();
    assert_eq!(take(&seen), [0; 0]);
    assert_eq!(trace.runs("double"), 6, "nobody wants to know any more");
}

/// Rule 12: an equal value is no change.
#[test]
fn a_callback_hears_nothing_of_what_is_equal() {
    let trace = Trace::new();
    let scope = trace.scope();
    let (seen, push) = seen();
    let _subscription = scope.on_change::<parity>(push);
    scope.update::<source>(3).unwrap();
    assert_eq!(take(&seen), [0; 0]);
    scope.update::<source>(4).unwrap();
    scope.update::<source>(6).unwrap();
    assert_eq!(take(&seen), [0]);
}

/// Rule 16: who follows a value does not keep it; and a release is a change, too.
#[test]
fn a_follower_keeps_no_value() {
    let trace = Trace::new();
    let scope = trace.scope();
    let (seen, push) = seen();
    let _subscription = scope.on_change::<double>(push);
    let _watch = scope.watch::<double>();
    scope.update::<source>(2).unwrap();
    assert_eq!(trace.take(), ["-double#1"]);
    scope.release::<source>().unwrap();
    assert_eq!(trace.take(), ["-double#2"]);
    assert_eq!(take(&seen), [4, 2]);
}

/// A callback may update what it follows: it is called again when it has returned.
#[test]
fn a_callback_that_updates() {
    let _watchdog = watchdog();
    let scope = Trace::new().scope();
    let (seen, push) = seen();
    let controller = scope.controller::<source>();
    let inside = AtomicBool::new(false);
    let _subscription = scope.on_change::<double>(move |now| {
        assert!(!inside.swap(true, Ordering::Relaxed), "called while it runs");
        push(now);
        if *now < 8 {
            controller.modify(|now| now + 1).unwrap();
        }
        inside.store(false, Ordering::Relaxed);
    });
    scope.update::<source>(2).unwrap();
    assert_eq!(take(&seen), [4, 6, 8]);
}

/// Rule 14: a callback that panics is reported, and harms neither the update nor others.
#[test]
fn a_callback_that_panics() {
    let scope = Trace::new().scope();
    let (seen, push) = seen();
    let _first = scope.on_change::<double>(|_| panic!("as asked"));
    let _second = scope.on_change::<double>(push);
    scope.update::<source>(2).unwrap();
    scope.update::<source>(3).unwrap();
    assert_eq!(take(&seen), [4, 6]);
}

/// Rules 2 and 14: a rebuild that fails is no change, and the next one comes as ever.
#[test]
fn a_rebuild_that_fails() {
    let trace = Trace::new();
    let scope = trace.scope();
    trace.on("double fails");
    let (seen, push) = seen();
    let _subscription = scope.on_change::<double>(push);
    for value in [2, 3] {
        scope.update::<source>(value).unwrap();
    }
    assert_eq!((take(&seen), trace.runs("double")), (vec![], 3));
    trace.off("double fails");
    scope.update::<source>(4).unwrap();
    assert_eq!(take(&seen), [8]);
}

#[executor]
fn quadruple(double: Reactive<double>) -> u32 {
    *double * 2
}

/// Rules 2 and 14: the same where it fails further down, and the changes are batches.
#[test]
fn a_failure_below_what_is_followed() {
    let trace = Trace::new();
    let scope = trace.scope();
    let (seen, push) = seen();
    let _subscription = scope.on_change::<quadruple>(push);
    let change = |value| scope.batch(|batch| batch.update::<source>(value)).unwrap();
    trace.on("double fails");
    change(2);
    assert_eq!((take(&seen), trace.runs("double")), (vec![], 2));
    trace.off("double fails");
    change(3);
    assert_eq!(take(&seen), [12]);
}

/// Rule 13: of two threads that update, one calls at a time, and the last value comes last.
#[test]
fn a_callback_between_two_threads() {
    const ROUNDS: u32 = 500;
    let _watchdog = watchdog();
    let scope = Trace::new().scope();
    let (seen, push) = seen();
    let inside = AtomicU32::new(0);
    let _subscription = scope.on_change::<double>(move |now| {
        assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0, "called twice at a time");
        push(now);
        inside.fetch_sub(1, Ordering::SeqCst);
    });
    let start = Barrier::new(2);
    thread::scope(|threads| {
        for _ in 0..2 {
            threads.spawn(|| {
                start.wait();
                for _ in 0..ROUNDS {
                    scope.modify::<source>(|now| now + 1).unwrap();
                }
            });
        }
    });
    let seen = take(&seen);
    assert!(seen.is_sorted_by(|a, b| a < b), "backwards, or twice the same");
    assert_eq!(seen.last(), Some(&((2 * ROUNDS + 1) * 2)));
}

/// Rule 19: a callback cannot dispose the scope that calls it.
#[test]
fn a_callback_cannot_dispose() {
    let scope = Trace::new().scope();
    let (sender, results) = mpsc::channel();
    let weak = scope.downgrade();
    let _subscription = scope.on_change::<double>(move |_| {
        sender.send(weak.upgrade().unwrap().dispose()).unwrap();
    });
    scope.update::<source>(2).unwrap();
    assert!(matches!(results.recv().unwrap(), Err(DisposeError::Nested)));
}

/// Counts how often it is woken.
#[derive(Default)]
struct Woken(AtomicU32);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

impl Woken {
    fn times(&self) -> u32 {
        self.0.swap(0, Ordering::SeqCst)
    }
}

type Item = Poll<Option<Result<u32, ResolveErrorKind>>>;

fn poll<E: pumped::Executor<Output = u32>>(watch: &mut Watch<E>, woken: &Arc<Woken>) -> Item {
    let waker = Waker::from(woken.clone());
    let item = Pin::new(watch).poll_next(&mut Context::from_waker(&waker));
    let plain = |item: Result<Dep<E>, ResolveError>| match item {
        Ok(value) => Ok(*value),
        Err(error) => Err(error.kind()),
    };
    item.map(|item| item.map(plain))
}

/// Rules 11 and 12: a watch wakes its task, brings the latest value once, and takes an
/// equal one for no change. It is rebuilt in the poll, not in the update.
#[test]
fn a_watch_brings_the_latest() {
    let trace = Trace::new();
    let scope = trace.scope();
    let woken = Arc::new(Woken::default());
    let (mut double, mut parity) = (scope.watch::<double>(), scope.watch::<parity>());
    assert_eq!(poll(&mut double, &woken), Item::Pending);
    for value in [2, 3] {
        scope.update::<source>(value).unwrap();
    }
    assert_eq!((woken.times(), trace.runs("double")), (1, 1));
    assert_eq!(poll(&mut double, &woken), Poll::Ready(Some(Ok(6))));
    assert_eq!(poll(&mut double, &woken), Item::Pending);
    assert_eq!(poll(&mut parity, &woken), Item::Pending, "three is as odd as one");
    scope.update::<source>(4).unwrap();
    assert_eq!(woken.times(), 2);
    assert_eq!(poll(&mut parity, &woken), Poll::Ready(Some(Ok(0))));
    scope.release::<source>().unwrap();
    assert_eq!(poll(&mut double, &woken), Poll::Ready(Some(Ok(2))));
}

/// Rules 2 and 14: an error is an item, and does not end the watch, nor does one at its
/// beginning.
#[test]
fn an_error_does_not_end_a_watch() {
    let trace = Trace::new();
    let scope = trace.scope();
    let woken = Arc::new(Woken::default());
    trace.on("double fails");
    let mut watch = scope.watch::<double>();
    let failed = Poll::Ready(Some(Err(ResolveErrorKind::Failed)));
    assert_eq!(poll(&mut watch, &woken), failed);
    assert_eq!(poll(&mut watch, &woken), Item::Pending);
    for value in [2, 3] {
        scope.update::<source>(value).unwrap();
        assert_eq!(woken.times(), 1);
        assert_eq!(poll(&mut watch, &woken), failed);
        assert_eq!(poll(&mut watch, &woken), Item::Pending);
    }
    trace.off("double fails");
    scope.update::<source>(4).unwrap();
    assert_eq!(woken.times(), 1);
    assert_eq!(poll(&mut watch, &woken), Poll::Ready(Some(Ok(8))));
}

/// Rule 19: a watch does not keep its scope, and ends with it, however that ends.
#[test]
fn a_watch_ends_with_its_scope() {
    for disposed in [true, false] {
        let trace = Trace::new();
        let scope = trace.scope();
        let woken = Arc::new(Woken::default());
        let mut watch = scope.watch::<double>();
        assert_eq!(poll(&mut watch, &woken), Item::Pending);
        scope.update::<source>(2).unwrap();
        assert_eq!(poll(&mut watch, &woken), Poll::Ready(Some(Ok(4))));
        assert_eq!(poll(&mut watch, &woken), Item::Pending);
        let _ = woken.times();
        if disposed {
            scope.dispose().unwrap();
        } else {
            drop(scope);
        }
        assert_eq!(woken.times(), 1);
        assert_eq!(trace.take(), ["-double#1", "-double#2"]);
        for _ in 0..2 {
            assert_eq!(poll(&mut watch, &woken), Poll::Ready(None));
            let error = pollster::block_on(watch.changed()).unwrap_err();
            assert_eq!(error.kind(), ResolveErrorKind::Disposed);
        }
    }
}

/// A disposed scope has nothing to watch, and a watch may outlive its scope's memory.
#[test]
fn a_watch_of_a_disposed_scope() {
    let scope = Trace::new().scope();
    scope.dispose().unwrap();
    let (seen, push) = seen();
    let subscription = scope.on_change::<double>(push);
    let mut watch = scope.watch::<double>();
    drop(scope);
    let error = pollster::block_on(watch.changed()).unwrap_err();
    assert_eq!(error.kind(), ResolveErrorKind::Disposed);
    drop((watch, subscription));
    assert_eq!(take(&seen), [0; 0]);
}

/// Rule 9: a task that waits on another thread sees values in order, up to the last one.
#[test]
fn a_watch_on_another_thread() {
    const LAST: u32 = 2_000;
    let _watchdog = watchdog();
    let scope = Trace::new().scope();
    let mut watch = scope.watch::<double>();
    let (sender, came) = mpsc::channel();
    let reader = thread::spawn(move || {
        pollster::block_on(async {
            let mut last = 2;
            while let Ok(now) = watch.changed().await {
                assert!(*now > last, "backwards, or no change");
                last = *now;
                if last == LAST * 2 {
                    sender.send(()).unwrap();
                }
            }
            last
        })
    });
    for value in 2..=LAST {
        scope.update::<source>(value).unwrap();
    }
    came.recv().unwrap();
    drop(scope);
    assert_eq!(reader.join().unwrap(), LAST * 2, "and ends with the scope");
}
