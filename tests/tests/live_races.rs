//! Rules 9, 10, 13 and 16 while a build or a write is in flight: gates hold the
//! one where the other has to happen.

use std::sync::Barrier;
use std::thread;

use pumped::prelude::*;
use pumped_tests::live::{self, Trace, watchdog};

#[executor(mutable)]
fn source(cx: &ResolveCtx<'_>) -> Result<u32, String> {
    live::tracked(cx)?;
    Ok(1)
}

#[executor(mutable)]
fn other() -> u32 {
    1
}

#[executor]
fn doubled(source: Reactive<source>, cx: &ResolveCtx<'_>) -> Result<u32, String> {
    live::tracked(cx)?;
    Ok(*source * 2)
}

#[executor]
fn top(doubled: Reactive<doubled>, cx: &ResolveCtx<'_>) -> Result<u32, String> {
    live::tracked(cx)?;
    Ok(*doubled + 1)
}

#[executor]
fn wide_top(
    doubled: Reactive<doubled>,
    source: Reactive<source>,
    cx: &ResolveCtx<'_>,
) -> Result<[u32; 2], String> {
    live::tracked(cx)?;
    Ok([*doubled, *source])
}

/// Rule 9: an update during the first resolve is not lost, for the source or what is above.
#[test]
fn an_update_during_the_first_resolve_wins() {
    let _watchdog = watchdog();
    let trace = Trace::new();
    let scope = trace.scope();
    let gate = trace.gate("source");
    thread::scope(|threads| {
        let reader = threads.spawn(|| *scope.get::<top>().unwrap());
        gate.reached();
        scope.update::<source>(7).unwrap();
        assert_eq!(*scope.get::<source>().unwrap(), 7, "while the function still runs");
        gate.open();
        // Who asked before the update may get either.
        assert!([3, 15].contains(&reader.join().unwrap()));
    });
    assert_eq!(*scope.get::<source>().unwrap(), 7);
    assert_eq!(*scope.get::<top>().unwrap(), 15);
    assert_eq!(trace.runs("source"), 1);
    assert!(trace.take().contains(&"-source#1".to_owned()), "what the function made is closed");
}

/// Rule 9, parity B6: an update during a dependent's build is not lost.
#[test]
fn an_update_during_a_dependents_build_is_seen_after_it() {
    let _watchdog = watchdog();
    for place in ["doubled", "top"] {
        for first in [true, false] {
            let trace = Trace::new();
            let scope = trace.scope();
            if !first {
                scope.get::<top>().unwrap();
                scope.update::<source>(2).unwrap();
            }
            let gate = trace.gate(place);
            thread::scope(|threads| {
                let reader = threads.spawn(|| *scope.get::<top>().unwrap());
                gate.reached();
                scope.update::<source>(7).unwrap();
                assert!(!scope.is_cached::<top>() && !scope.is_cached::<doubled>());
                scope.update::<source>(8).unwrap();
                gate.open();
                let old = if first { 3 } else { 5 };
                assert!([old, 15, 17].contains(&reader.join().unwrap()));
            });
            assert_eq!(*scope.get::<top>().unwrap(), 17);
            assert_eq!(*scope.get::<doubled>().unwrap(), 16);
        }
    }
}

/// Rule 9: who asks after the update gets the new value, though an old build is in flight.
#[test]
fn a_get_after_the_update_does_not_take_the_old_build() {
    let _watchdog = watchdog();
    for place in ["doubled", "top", "wide_top"] {
        let trace = Trace::new();
        let scope = trace.scope();
        let gate = trace.gate(place);
        thread::scope(|threads| {
            threads.spawn(|| {
                scope.get::<wide_top>().unwrap();
                scope.get::<top>().unwrap();
            });
            gate.reached();
            scope.update::<source>(7).unwrap();
            // Whether it comes before the gate opens or after: it came after the update.
            let late =
                threads.spawn(|| (*scope.get::<top>().unwrap(), *scope.get::<wide_top>().unwrap()));
            gate.open();
            assert_eq!(late.join().unwrap(), (15, [14, 7]));
        });
        assert!(trace.runs(place) <= 2, "the old build, and one more");
    }
}

/// Rules 9 and 16: a build that was running when its slot was released does not revive it,
/// and its value is closed when those who waited for it let go.
#[test]
fn a_release_during_a_build_is_not_undone() {
    let _watchdog = watchdog();
    let trace = Trace::new();
    let scope = trace.scope();
    let gate = trace.gate("doubled");
    thread::scope(|threads| {
        let reader = threads.spawn(|| scope.dep::<doubled>().unwrap());
        gate.reached();
        scope.release::<source>().unwrap();
        gate.open();
        let held = reader.join().unwrap();
        assert!(scope.peek::<doubled>().is_none() && scope.peek::<source>().is_none());
        assert_eq!((*held, trace.take()), (2, vec![]), "nobody closes what is held");
    });
    assert_eq!(trace.take(), ["-doubled#1", "-source#1"]);
    assert_eq!(*scope.get::<doubled>().unwrap(), 2);
    assert_eq!([trace.runs("source"), trace.runs("doubled")], [2, 2]);
}

/// Rule 16: so does a value that was outdated before it was finished.
#[test]
fn an_outdated_build_is_closed_once() {
    let _watchdog = watchdog();
    let trace = Trace::new();
    let scope = trace.scope();
    let gate = trace.gate("doubled");
    thread::scope(|threads| {
        let reader = threads.spawn(|| drop(scope.get::<doubled>().unwrap()));
        gate.reached();
        scope.update::<source>(5).unwrap();
        gate.open();
        reader.join().unwrap();
    });
    assert_eq!(*scope.get::<doubled>().unwrap(), 10);
    assert_eq!(trace.runs("doubled"), 2);
    scope.dispose().unwrap();
    let mut lines = trace.take();
    lines.sort_unstable();
    assert_eq!(lines, ["-doubled#1", "-doubled#2", "-source#1"]);
}

/// A change that passes the gate `modify`.
fn one_more(trace: &Trace) -> impl Fn(&u32) -> u32 {
    |now| {
        trace.pass("modify");
        now + 1
    }
}

/// Rule 13: while somebody modifies a source, others read it and write other sources.
#[test]
fn modify_holds_no_lock_of_ours() {
    let _watchdog = watchdog();
    let trace = Trace::new();
    let scope = trace.scope();
    scope.get::<top>().unwrap();
    let gate = trace.gate("modify");
    let change = one_more(&trace);
    thread::scope(|threads| {
        let writer = threads.spawn(|| scope.modify::<source>(change));
        gate.reached();
        assert_eq!(*scope.get::<source>().unwrap(), 1);
        assert_eq!(*scope.get::<top>().unwrap(), 3);
        scope.update::<other>(5).unwrap();
        scope.modify::<other>(|now| now + 1).unwrap();
        assert_eq!(*scope.get::<other>().unwrap(), 6);
        scope.release::<top>().unwrap();
        assert_eq!(*scope.get::<top>().unwrap(), 3);
        gate.open();
        writer.join().unwrap().unwrap();
    });
    assert_eq!(*scope.get::<top>().unwrap(), 5);
}

type Write = fn(&Scope);

/// Rule 13: writers of one source wait for each other: one that comes while another one's
/// code runs counts after it, and is not swallowed by it.
#[test]
fn writers_of_one_source_take_turns() {
    let _watchdog = watchdog();
    // `modify` waits at the gate with the value 2, and `batch` after it has given 2.
    let first: [fn(&Scope, &Trace); 2] = [
        |scope, trace| {
            let change = |_: &u32| {
                trace.pass("modify");
                2
            };
            scope.modify::<source>(change).unwrap();
        },
        |scope, trace| {
            let trace = trace.clone();
            let changed = scope.batch(|batch| {
                batch.update::<source>(2)?;
                batch.modify::<other>(move |now| {
                    trace.pass("modify");
                    now + 1
                })
            });
            changed.unwrap();
        },
    ];
    let late: [(Write, u32); 4] = [
        (|scope| scope.update::<source>(100).unwrap(), 100),
        (|scope| scope.modify::<source>(|now| now * 50).unwrap(), 100),
        (|scope| scope.batch(|batch| batch.update::<source>(100)).unwrap(), 100),
        (|scope| scope.release::<source>().unwrap(), 1),
    ];
    for first in first {
        for (late, last) in late {
            let trace = Trace::new();
            let scope = trace.scope();
            let gate = trace.gate("modify");
            thread::scope(|threads| {
                threads.spawn(|| first(&scope, &trace));
                gate.reached();
                let other = threads.spawn(|| late(&scope));
                gate.open();
                other.join().unwrap();
            });
            assert_eq!(*scope.get::<source>().unwrap(), last);
        }
    }
}

/// Rule 13: a batch that waits for its turn at one source keeps nobody from another one, and
/// begins with what was written there meanwhile.
#[test]
fn a_batch_that_waits_holds_up_nobody_elsewhere() {
    let _watchdog = watchdog();
    let trace = Trace::new();
    let scope = trace.scope();
    let slots = (*scope.get::<source>().unwrap(), *scope.get::<other>().unwrap());
    assert_eq!(slots, (1, 1));
    let gate = trace.gate("modify");
    let change = one_more(&trace);
    thread::scope(|threads| {
        threads.spawn(|| scope.modify::<source>(change).unwrap());
        gate.reached();
        let waits = threads.spawn(|| {
            scope.batch(|batch| {
                batch.modify::<source>(|now| now * 10)?;
                batch.modify::<other>(|now| now * 10)
            })
        });
        scope.update::<other>(5).unwrap();
        scope.release::<other>().unwrap();
        scope.update::<other>(6).unwrap();
        gate.open();
        waits.join().unwrap().unwrap();
    });
    assert_eq!((*scope.get::<source>().unwrap(), *scope.get::<other>().unwrap()), (20, 60));
}

/// Rule 13: a writer that panics passes its turn on.
#[test]
fn a_panicking_writer_passes_its_turn_on() {
    let _watchdog = watchdog();
    let trace = Trace::new();
    let scope = trace.scope();
    let gate = trace.gate("modify");
    let change = |_: &u32| {
        trace.pass("modify");
        panic!("on purpose")
    };
    thread::scope(|threads| {
        let first = threads.spawn(|| scope.modify::<source>(change));
        gate.reached();
        let second = threads.spawn(|| scope.modify::<source>(|now| now + 1));
        gate.open();
        assert!(first.join().is_err());
        second.join().unwrap().unwrap();
    });
    assert_eq!(*scope.get::<source>().unwrap(), 2);
}

/// Rule 13: no concurrent increment is lost, and dependents end at the sum.
#[test]
fn no_increment_is_lost() {
    const THREADS: u32 = 4;
    const EACH: u32 = 500;
    let _watchdog = watchdog();
    let scope = Trace::new().scope();
    let start = Barrier::new(THREADS as usize + 1);
    thread::scope(|threads| {
        for _ in 0..THREADS {
            threads.spawn(|| {
                start.wait();
                for _ in 0..EACH {
                    let mut seen = 0;
                    let change = |now: &u32| {
                        seen = now + 1;
                        seen
                    };
                    scope.modify::<source>(change).unwrap();
                    assert!(*scope.get::<source>().unwrap() >= seen, "own writes are seen");
                }
            });
        }
        threads.spawn(|| {
            start.wait();
            for _ in 0..EACH {
                let [doubled, source] = *scope.get::<wide_top>().unwrap();
                assert_eq!(doubled, source * 2);
            }
        });
    });
    assert_eq!(*scope.get::<source>().unwrap(), 1 + THREADS * EACH);
    assert_eq!(*scope.get::<doubled>().unwrap(), 2 * (1 + THREADS * EACH));
}

/// Rules 9 and 13: of two updates at once one is last, for all that is built from them.
#[test]
fn concurrent_updates_are_linear() {
    let _watchdog = watchdog();
    for _ in 0..200 {
        let scope = Trace::new().scope();
        let start = Barrier::new(2);
        thread::scope(|threads| {
            for value in [10, 20] {
                let (scope, start) = (&scope, &start);
                threads.spawn(move || {
                    start.wait();
                    scope.update::<source>(value).unwrap();
                    let [doubled, seen] = *scope.get::<wide_top>().unwrap();
                    assert!([10, 20].contains(&seen) && doubled == 2 * seen);
                });
            }
        });
        let last = *scope.get::<source>().unwrap();
        assert!([10, 20].contains(&last));
        assert_eq!(*scope.get::<wide_top>().unwrap(), [2 * last, last]);
    }
}
