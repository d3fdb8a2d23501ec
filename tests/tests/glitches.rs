//! Rule 10: whatever is read was computed from inputs that were current together.
//!
//! The writers here set `first`, then `second`, to the same number. So at every
//! moment `first` equals `second` or is one ahead, and a value that was built
//! from any other pair is a mix of two moments.

use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Barrier, Mutex};
use std::thread;

use pumped::prelude::*;
use pumped_tests::live::{self, Trace, watchdog};

#[executor(mutable)]
fn first() -> u64 {
    0
}

#[executor(mutable)]
fn second() -> u64 {
    0
}

#[executor]
fn copy(first: Reactive<first>, cx: &ResolveCtx<'_>) -> Result<u64, String> {
    live::run(cx)?;
    Ok(*first)
}

/// `y{a, x{a}}`.
#[executor]
fn join(
    first: Reactive<first>,
    copy: Reactive<copy>,
    cx: &ResolveCtx<'_>,
) -> Result<[u64; 2], String> {
    live::run(cx)?;
    Ok([*first, *copy])
}

#[executor]
fn pair(first: Reactive<first>, second: Reactive<second>) -> [u64; 2] {
    [*first, *second]
}

#[executor]
fn negated(second: Reactive<second>) -> i64 {
    -i64::try_from(*second).unwrap()
}

/// Everything at once, at different depths, the other way round, and snapshots.
#[executor]
fn cross(
    negated: Reactive<negated>,
    second: Snapshot<second>,
    pair: Snapshot<pair>,
    copy: Reactive<copy>,
    first: Reactive<first>,
) -> Cut {
    Cut { firsts: [*first, *copy, pair[0]], seconds: [*second, negated.unsigned_abs(), pair[1]] }
}

/// Snapshots only: fixed, but built from one moment all the same.
#[executor]
fn frozen(
    pair: Snapshot<pair>,
    negated: Snapshot<negated>,
    copy: Snapshot<copy>,
    first: Snapshot<first>,
) -> Cut {
    let second = negated.unsigned_abs();
    Cut { firsts: [*first, *copy, pair[0]], seconds: [second, second, pair[1]] }
}

struct Cut {
    firsts: [u64; 3],
    seconds: [u64; 3],
}

impl Cut {
    fn check(&self) {
        let ([first, ..], [second, ..]) = (self.firsts, self.seconds);
        assert_eq!(self.firsts, [first; 3], "a glitch");
        assert_eq!(self.seconds, [second; 3], "a glitch");
        assert!(first == second || first == second + 1, "mixed: {first} with {second}");
    }
}

/// Rule 10, parity B23: the join of a diamond never sees two moments, and runs once per change.
#[test]
fn diamonds_are_rebuilt_once_and_whole() {
    let trace = Trace::new();
    let scope = trace.scope();
    for value in 2..6 {
        scope.update::<first>(value).unwrap();
        assert_eq!(*scope.get::<join>().unwrap(), [value; 2]);
    }
    assert_eq!([trace.runs("copy"), trace.runs("join")], [4, 4]);
}

/// Layers of two, each built from both of the layer below.
macro_rules! layers {
    ($($left:ident $right:ident on $below_left:ident $below_right:ident)*) => {$(
        #[executor]
        fn $left(
            a: Reactive<$below_left>,
            b: Reactive<$below_right>,
            cx: &ResolveCtx<'_>,
        ) -> Result<u64, String> {
            live::run(cx)?;
            assert_eq!(*a, *b, "a glitch");
            Ok(*a + 1)
        }

        #[executor]
        fn $right(
            b: Reactive<$below_right>,
            a: Reactive<$below_left>,
            cx: &ResolveCtx<'_>,
        ) -> Result<u64, String> {
            live::run(cx)?;
            assert_eq!(*a, *b, "a glitch");
            Ok(*b + 1)
        }
    )*};
}

layers! {
    l1 r1 on first first l2 r2 on l1 r1 l3 r3 on l2 r2 l4 r4 on l3 r3
    l5 r5 on l4 r4 l6 r6 on l5 r5 l7 r7 on l6 r6 l8 r8 on l7 r7
    l9 r9 on l8 r8 l10 r10 on l9 r9 l11 r11 on l10 r10 l12 r12 on l11 r11
    l13 r13 on l12 r12 l14 r14 on l13 r13 l15 r15 on l14 r14 l16 r16 on l15 r15
}

/// Rule 10, parity B23: 33 nodes of nested diamonds make 32 rebuilds, not 561.
#[test]
fn nested_diamonds_are_rebuilt_once_each() {
    let trace = Trace::new();
    let scope = trace.scope();
    for round in 1..4 {
        scope.update::<first>(round).unwrap();
        assert_eq!(*scope.get::<l16>().unwrap(), 16 + round);
        assert_eq!(*scope.get::<r16>().unwrap(), 16 + round);
        assert_eq!(trace.all_runs(), 32 * usize::try_from(round).unwrap());
    }
}

fn write_pairs(scope: &Scope, from: u64, count: u64) {
    for value in from..from + count {
        scope.update::<first>(value).unwrap();
        scope.update::<second>(value).unwrap();
    }
}

/// Rule 10: readers against a writer never see a mix, at any depth, snapshots included, and
/// never go back.
#[test]
fn readers_never_see_a_mix() {
    const WRITES: u64 = 1_500;
    let _watchdog = watchdog();
    let scope = Trace::new().scope();
    let (start, done) = (Barrier::new(4), AtomicBool::new(false));
    thread::scope(|threads| {
        threads.spawn(|| {
            start.wait();
            write_pairs(&scope, 1, WRITES);
            done.store(true, SeqCst);
        });
        for reader in 0..3 {
            let (scope, start, done) = (&scope, &start, &done);
            threads.spawn(move || {
                let mut last = 0;
                start.wait();
                loop {
                    let end = done.load(SeqCst);
                    if reader == 2 {
                        let [first, second] = *scope.get::<pair>().unwrap();
                        assert!(first == second || first == second + 1, "{first}, {second}");
                    }
                    let cut = scope.get::<cross>().unwrap();
                    cut.check();
                    assert!(cut.firsts[0] >= last, "a reader went back");
                    last = *scope.get::<first>().unwrap();
                    assert!(last >= cut.firsts[0], "a reader went back");
                    if end {
                        return assert_eq!(cut.firsts[0], WRITES);
                    }
                }
            });
        }
    });
}

/// Rule 10: the snapshots of a fixed value are one cut as well.
#[test]
fn fixed_values_are_built_from_one_moment() {
    let _watchdog = watchdog();
    let scopes: Vec<Scope> = (0..200).map(|_| Trace::new().scope()).collect();
    let start = Barrier::new(3);
    thread::scope(|threads| {
        threads.spawn(|| {
            for scope in &scopes {
                start.wait();
                write_pairs(scope, 1, 5);
            }
        });
        for _ in 0..2 {
            threads.spawn(|| {
                for scope in &scopes {
                    start.wait();
                    scope.get::<frozen>().unwrap().check();
                    scope.get::<cross>().unwrap().check();
                }
            });
        }
    });
}

/// Rule 10: a snapshot that went stale is brought up to date before its dependent is rebuilt.
#[test]
fn snapshots_belong_to_the_cut_of_a_rebuild() {
    let scope = Trace::new().scope();
    for value in 1..20 {
        scope.update::<first>(value).unwrap();
        scope.get::<cross>().unwrap().check();
        scope.update::<second>(value).unwrap();
        let cut = scope.get::<cross>().unwrap();
        cut.check();
        assert_eq!((cut.firsts[1], cut.seconds[0]), (value, value));
    }
}

/// Lets a build have the source updated from outside, however it is scheduled.
struct Interference {
    ask: Mutex<Sender<bool>>,
    done: Mutex<Receiver<()>>,
}

#[executor]
fn slow(
    first: Reactive<first>,
    writer: Tag<Interference>,
    cx: &ResolveCtx<'_>,
) -> Result<u64, String> {
    live::run(cx)?;
    writer.ask.lock().unwrap().send(true).unwrap();
    writer.done.lock().unwrap().recv().unwrap();
    Ok(*first)
}

#[executor]
fn above_slow(slow: Reactive<slow>, first: Reactive<first>) -> [u64; 2] {
    [*slow, *first]
}

/// Rule 10: no `get` starves under a writer that outdates every single build: it waits for the
/// one in flight and one more.
#[test]
fn a_slow_builder_does_not_starve_its_readers() {
    const READERS: usize = 3;
    const GETS: usize = 100;
    let _watchdog = watchdog();
    let ((ask, asked), (tell, done)) = (channel(), channel());
    let trace = Trace::new();
    let end = ask.clone();
    let interference = Interference { ask: Mutex::new(ask), done: Mutex::new(done) };
    let scope = Scope::builder().tag(trace.clone()).tag(interference).build().unwrap();
    let writing = scope.controller::<first>();
    let writer = thread::spawn(move || {
        let mut updates = 0;
        while asked.recv().unwrap() {
            updates += 1;
            writing.update(updates).unwrap();
            tell.send(()).unwrap();
            if updates > 10_000 {
                std::process::abort();
            }
        }
        updates
    });
    thread::scope(|threads| {
        for _ in 0..READERS {
            threads.spawn(|| {
                let mut last = 0;
                for _ in 0..GETS {
                    let [slow, first] = *scope.get::<above_slow>().unwrap();
                    assert_eq!(slow, first, "a glitch");
                    assert!(slow >= last, "a reader went back");
                    last = slow;
                }
            });
        }
    });
    let runs = trace.runs("slow");
    // Every build is outdated when it ends, so every `get` needs one of its own or shares one.
    assert!(runs <= 2 * READERS * GETS, "{runs} builds for {} gets", READERS * GETS);
    end.send(false).unwrap();
    assert_eq!(writer.join().unwrap(), u64::try_from(runs).unwrap());
}
