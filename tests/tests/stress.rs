//! Everything at once, for a bounded number of operations: rules 9, 10, 13, 16,
//! 17 and 19 under threads that do not wait for each other.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Barrier};
use std::thread;

use pumped::error::{ResolveErrorKind, ScopeError};
use pumped::prelude::*;
use pumped_tests::live::{Watchdog, watchdog};

/// How many values of a scope were built, and how many were cleaned up.
#[derive(Default)]
struct Count {
    built: AtomicU64,
    closed: AtomicU64,
}

type Counts = Arc<Count>;

/// A value that knows whether it was cleaned up.
struct Value {
    number: u64,
    closed: Arc<AtomicBool>,
}

impl Value {
    fn built(cx: &ResolveCtx<'_>, number: u64) -> Self {
        let counts = cx.tag::<Counts>().unwrap().clone();
        counts.built.fetch_add(1, SeqCst);
        let closed = Arc::new(AtomicBool::new(false));
        let close = closed.clone();
        cx.on_cleanup(move || {
            assert!(!close.swap(true, SeqCst), "cleaned up twice");
            counts.closed.fetch_add(1, SeqCst);
        });
        Self { number, closed }
    }

    /// A value that nobody built has no cleanup, and starts open.
    fn given(number: u64) -> Self {
        Self { number, closed: Arc::default() }
    }

    fn check(&self) -> u64 {
        assert!(!self.closed.load(SeqCst), "somebody holds a value that was cleaned up");
        self.number
    }
}

#[executor(mutable)]
fn source(cx: &ResolveCtx<'_>) -> Value {
    Value::built(cx, 0)
}

#[executor(mutable)]
fn counter() -> u64 {
    0
}

#[executor]
fn left(source: Reactive<source>, cx: &ResolveCtx<'_>) -> (Value, Reactive<source>) {
    (Value::built(cx, source.check()), source)
}

#[executor(eq)]
fn half(source: Reactive<source>) -> u64 {
    source.check() / 2
}

#[executor]
fn joined(
    left: Reactive<left>,
    half: Reactive<half>,
    source: Snapshot<source>,
    cx: &ResolveCtx<'_>,
) -> (Value, Reactive<left>, Snapshot<source>) {
    assert_eq!(left.0.check(), source.check(), "a glitch");
    assert_eq!(*half, source.number / 2, "a glitch");
    (Value::built(cx, source.number), left, source)
}

#[executor]
fn total(joined: Reactive<joined>, counter: Reactive<counter>, cx: &ResolveCtx<'_>) -> Value {
    Value::built(cx, joined.0.check() + *counter)
}

fn setting() -> (Watchdog, Counts, Scope) {
    let counts = Counts::default();
    let scope = Scope::builder().tag(counts.clone()).build().unwrap();
    (watchdog(), counts, scope)
}

/// Reads the whole graph once; the number of the source that it saw.
fn read(scope: &Scope) -> Result<u64, ResolveError> {
    let joined = scope.get::<joined>()?;
    let (value, left, source) = &*joined;
    let number = value.check();
    assert_eq!((left.0.check(), left.1.check(), source.check()), (number, number, number));
    let left = scope.get::<left>()?;
    assert_eq!(left.0.check(), left.1.check());
    scope.get::<total>()?.check();
    Ok(number)
}

/// Rules 9, 10 and 13: four readers and a writer: monotone, own writes seen, the last value right.
#[test]
fn four_readers_and_a_writer() {
    const WRITES: u64 = 1_500;
    let (_watchdog, counts, scope) = setting();
    let (start, done) = (Barrier::new(5), AtomicBool::new(false));
    thread::scope(|threads| {
        for _ in 0..4 {
            threads.spawn(|| {
                let mut last = 0;
                start.wait();
                loop {
                    let end = done.load(SeqCst);
                    let seen = read(&scope).unwrap();
                    assert!(seen >= last, "a reader went back");
                    last = scope.get::<source>().unwrap().check();
                    assert!(last >= seen, "a reader went back");
                    if end {
                        return assert_eq!(seen, WRITES);
                    }
                }
            });
        }
        threads.spawn(|| {
            start.wait();
            for number in 1..=WRITES {
                scope.update::<source>(Value::given(number)).unwrap();
                scope.modify::<counter>(|now| now + 1).unwrap();
                if number % 8 == 0 {
                    assert_eq!(read(&scope).unwrap(), number, "own writes are seen");
                    assert_eq!(scope.get::<total>().unwrap().check(), 2 * number);
                }
            }
            done.store(true, SeqCst);
        });
    });
    assert_eq!(scope.get::<total>().unwrap().check(), 2 * WRITES);
    scope.dispose().unwrap();
    assert_eq!(counts.built.load(SeqCst), counts.closed.load(SeqCst), "each cleanup once");
}

/// Rules 9, 13, 16 and 17: the same with two writers that also release and reload, and readers
/// that keep what they read for a while. Nobody ever holds what was cleaned up.
#[test]
fn releases_and_holders() {
    const ROUNDS: u64 = 600;
    let (_watchdog, counts, scope) = setting();
    let (start, done) = (Barrier::new(6), AtomicBool::new(false));
    thread::scope(|threads| {
        for reader in 0..4 {
            let (scope, start, done) = (&scope, &start, &done);
            threads.spawn(move || {
                let mut held = std::collections::VecDeque::new();
                start.wait();
                while !done.load(SeqCst) {
                    read(scope).unwrap();
                    held.push_back(scope.dep::<joined>().unwrap());
                    if held.len() > 3 * reader {
                        let (value, left, source) = &*held.pop_front().unwrap();
                        assert_eq!(
                            (value.check(), left.1.check()),
                            (source.check(), source.number)
                        );
                    }
                    if let Some(value) = scope.peek::<left>() {
                        assert_eq!(value.0.check(), value.1.check());
                    }
                }
            });
        }
        let increments = threads.spawn(|| {
            start.wait();
            for round in 0..ROUNDS {
                scope.modify::<counter>(|now| now + 1).unwrap();
                match round % 4 {
                    0 => scope.release::<left>().unwrap(),
                    1 => drop(scope.reload::<half>().unwrap()),
                    2 => drop(scope.reload::<total>().unwrap()),
                    _ => scope.release::<joined>().unwrap(),
                }
            }
        });
        start.wait();
        for round in 0..ROUNDS {
            scope.update::<source>(Value::given(round)).unwrap();
            if round % 5 == 0 {
                assert!(scope.reload::<source>().unwrap().check() == 0);
            }
            scope.modify::<source>(|now| Value::given(now.check() + 1)).unwrap();
        }
        increments.join().unwrap();
        done.store(true, SeqCst);
    });
    assert_eq!(*scope.get::<counter>().unwrap(), ROUNDS, "no increment is lost");
    let last = scope.get::<source>().unwrap().check();
    assert_eq!(last, ROUNDS);
    assert_eq!(scope.get::<total>().unwrap().check(), last + ROUNDS);
    assert_eq!(read(&scope).unwrap(), last);
    scope.dispose().unwrap();
    assert_eq!(counts.built.load(SeqCst), counts.closed.load(SeqCst), "each cleanup once");
}

/// Rule 19: a scope that is disposed, or dropped, in the midst of all that: refused or right, and
/// every cleanup once.
#[test]
fn disposed_in_the_midst() {
    let _watchdog = watchdog();
    for round in 0..150 {
        let (_, counts, scope) = setting();
        let start = Barrier::new(4);
        let refused = |error: &ResolveError| error.kind() == ResolveErrorKind::Disposed;
        thread::scope(|threads| {
            for _ in 0..2 {
                let (scope, start) = (scope.clone(), &start);
                threads.spawn(move || {
                    let control = scope.controller::<joined>();
                    start.wait();
                    for _ in 0..20 {
                        match (scope.get::<joined>(), control.get()) {
                            (Ok(_), Ok(_)) => {}
                            (Ok(_) | Err(_), Err(error)) => return assert!(refused(&error)),
                            (Err(error), Ok(_)) => panic!("refused, and then not: {error}"),
                        }
                    }
                });
            }
            let (writing, start) = (scope.clone(), &start);
            threads.spawn(move || {
                start.wait();
                for number in 0..20 {
                    match writing.update::<source>(Value::given(number)) {
                        Ok(()) => {}
                        Err(ScopeError::Disposed) => return,
                        Err(error) => panic!("{error}"),
                    }
                }
            });
            start.wait();
            if round % 2 == 0 {
                scope.dispose().unwrap();
                assert!(refused(&scope.get::<total>().unwrap_err()));
            }
            drop(scope);
        });
        assert_eq!(counts.built.load(SeqCst), counts.closed.load(SeqCst), "each cleanup once");
    }
}
