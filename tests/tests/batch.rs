//! Batches: several changes in one step, or none.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use pumped::error::ScopeError;
use pumped::prelude::*;
use pumped_tests::live::{Trace, run, tracked, watchdog};

#[executor(mutable)]
fn left() -> u32 {
    0
}

#[executor(mutable)]
fn right() -> u32 {
    0
}

#[executor]
fn pair(
    left: Reactive<left>,
    right: Reactive<right>,
    cx: &ResolveCtx<'_>,
) -> Result<(u32, u32), String> {
    run(cx)?;
    Ok((*left, *right))
}

/// Rules 10 and 11: what depends on both is rebuilt once, from all of the batch.
#[test]
fn a_batch_is_one_change() {
    let trace = Trace::new();
    let scope = trace.scope();
    assert_eq!(*scope.get::<pair>().unwrap(), (0, 0));
    let result = scope.batch(|b| {
        b.update::<left>(1)?;
        assert_eq!(*scope.get::<left>().unwrap(), 0, "not before the closure has returned");
        b.update::<right>(2)?;
        Ok("done")
    });
    assert_eq!(result.unwrap(), "done");
    assert_eq!(*scope.get::<pair>().unwrap(), (1, 2));
    assert_eq!(trace.runs("pair"), 2);
}

/// Rule 13: nobody ever sees, or computes from, half a batch. Two threads write batches
/// in different orders, two read.
#[test]
fn readers_on_other_threads_see_all_of_a_batch() {
    const ROUNDS: u32 = 2_000;
    let _watchdog = watchdog();
    let trace = Trace::new();
    let scope = trace.scope();
    let (start, done) = (Barrier::new(4), AtomicBool::new(false));
    thread::scope(|threads| {
        let writers = [true, false].map(|forwards| {
            let (scope, start) = (&scope, &start);
            threads.spawn(move || {
                start.wait();
                for _ in 0..ROUNDS {
                    let batch = scope.batch(|b| {
                        if forwards {
                            b.modify::<left>(|now| now + 1)?;
                            b.modify::<right>(|now| now + 1)
                        } else {
                            b.modify::<right>(|now| now + 1)?;
                            b.modify::<left>(|now| now + 1)
                        }
                    });
                    batch.unwrap();
                }
            })
        });
        for _ in 0..2 {
            threads.spawn(|| {
                start.wait();
                let mut last = 0;
                while !done.load(Ordering::Relaxed) {
                    let (left, right) = *scope.get::<pair>().unwrap();
                    assert_eq!(left, right);
                    assert!(left >= last, "a reader went back");
                    last = left;
                    let one = *scope.get::<left>().unwrap();
                    assert!(*scope.get::<right>().unwrap() >= one, "half a batch");
                    assert!(scope.get::<pair>().unwrap().0 >= one, "half a batch");
                }
            });
        }
        for writer in writers {
            writer.join().unwrap();
        }
        done.store(true, Ordering::Relaxed);
    });
    assert_eq!(*scope.get::<pair>().unwrap(), (2 * ROUNDS, 2 * ROUNDS));
}

/// All or nothing: the closure's error, of any type, undoes what it has asked for.
#[test]
fn an_error_changes_nothing() {
    let trace = Trace::new();
    let scope = trace.scope();
    scope.get::<pair>().unwrap();
    let result: Result<(), Box<dyn std::error::Error>> = scope.try_batch(|b| {
        b.update::<left>(1)?;
        b.modify::<right>(|_| panic!("never called"))?;
        Err("no".into())
    });
    assert_eq!(result.unwrap_err().to_string(), "no");
    assert!(scope.is_cached::<pair>(), "nothing was marked");
    assert_eq!(*scope.get::<left>().unwrap(), 0);
}

/// All or nothing: so does a panic, in the closure or in a change, and the next batch
/// goes on.
#[test]
fn a_panic_changes_nothing() {
    let _watchdog = watchdog();
    let trace = Trace::new();
    let scope = trace.scope();
    scope.get::<pair>().unwrap();
    for late in [false, true] {
        let batch = || {
            scope.batch(|b| {
                b.update::<left>(1)?;
                b.modify::<right>(move |_| panic!("late"))?;
                b.update::<left>(2)?;
                assert!(late, "early");
                Ok(())
            })
        };
        let payload = catch_unwind(AssertUnwindSafe(batch)).unwrap_err();
        assert_eq!(payload.downcast_ref(), Some(&if late { "late" } else { "early" }));
        assert!(scope.is_cached::<pair>(), "nothing was marked");
    }
    scope.batch(|b| b.update::<left>(3)).unwrap();
    assert_eq!(*scope.get::<pair>().unwrap(), (3, 0));
    scope.dispose().unwrap();
}

#[executor(mutable, eq)]
fn name() -> &'static str {
    "one"
}

#[executor]
fn above_name(
    name: Reactive<name>,
    left: Snapshot<left>,
    cx: &ResolveCtx<'_>,
) -> Result<String, String> {
    run(cx)?;
    Ok(format!("{}{}", *name, *left))
}

/// Rule 12: a source that is given the value that it has is left alone, the others are not.
#[test]
fn eq_holds_for_each_source() {
    let trace = Trace::new();
    let scope = trace.scope();
    scope.get::<above_name>().unwrap();
    scope.get::<pair>().unwrap();
    let change = |name_now, left_now| {
        let batch = scope.batch(|b| {
            b.update::<name>("meanwhile")?;
            b.update::<name>(name_now)?;
            b.update::<left>(left_now)
        });
        batch.unwrap();
    };
    change("one", 1);
    assert!(scope.is_cached::<above_name>());
    assert_eq!(*scope.get::<pair>().unwrap(), (1, 0));
    change("two", 2);
    assert_eq!(*scope.get::<above_name>().unwrap(), "two2");
    assert_eq!(["above_name", "pair"].map(|name| trace.runs(name)), [2, 2]);
}

#[executor(mutable)]
fn derived(left: Reactive<left>) -> u32 {
    *left * 10
}

/// The changes of a batch count as if they came one after the other.
#[test]
fn a_batch_keeps_the_order_of_its_changes() {
    let scope = Scope::new();
    assert_eq!(*scope.get::<derived>().unwrap(), 0);
    let derived_last = scope.batch(|b| {
        b.update::<left>(1)?;
        b.update::<derived>(7)
    });
    derived_last.unwrap();
    assert_eq!(*scope.get::<derived>().unwrap(), 7);
    let left_last = scope.batch(|b| {
        b.update::<derived>(8)?;
        b.update::<left>(2)
    });
    left_last.unwrap();
    assert_eq!(*scope.get::<derived>().unwrap(), 20);
    let several = scope.batch(|b| {
        b.update::<left>(3)?;
        b.modify::<left>(|now| now + 1)?;
        b.modify::<left>(|now| now * 2)?;
        b.modify::<right>(|now| now + 1)
    });
    several.unwrap();
    assert_eq!((*scope.get::<left>().unwrap(), *scope.get::<right>().unwrap()), (8, 1));
    assert_eq!(*scope.get::<derived>().unwrap(), 80, "the last change is seen");
    scope.update::<left>(9).unwrap();
    assert_eq!(*scope.get::<derived>().unwrap(), 90, "and so is the next one");
}

struct Named(&'static str, Trace);

fn close(named: &Named) {
    named.1.note(format!("-{}", named.0));
}

#[executor(mutable, cleanup = close)]
fn first(trace: Tag<Trace>) -> Named {
    Named("first", trace.clone())
}

#[executor(mutable, cleanup = close)]
fn second(trace: Tag<Trace>, _first: Snapshot<first>) -> Named {
    Named("second", trace.clone())
}

#[executor]
fn above_both(
    _first: Reactive<first>,
    _second: Reactive<second>,
    cx: &ResolveCtx<'_>,
) -> Result<usize, String> {
    tracked(cx)
}

/// Rules 16 and 17: what a batch replaces is closed in one round, the newest first, and
/// so is what it was given and did not keep.
#[test]
fn what_a_batch_replaces_is_closed_together() {
    let trace = Trace::new();
    let scope = trace.scope();
    scope.get::<second>().unwrap();
    let named = |name| Named(name, trace.clone());
    let batch = scope.batch(|b| {
        b.update::<first>(named("lost"))?;
        b.update::<first>(named("first"))?;
        b.update::<second>(named("second"))
    });
    batch.unwrap();
    let mut closed = trace.take();
    assert_eq!(closed.remove(0), "-lost");
    assert_eq!(closed, ["-second", "-first"]);
    scope.get::<above_both>().unwrap();
    let again = scope.batch(|b| {
        b.update::<second>(named("second"))?;
        b.update::<first>(named("first"))
    });
    again.unwrap();
    assert_eq!(trace.take(), [""; 0], "still held by what is stale");
    scope.get::<above_both>().unwrap();
    assert_eq!(trace.take(), ["-above_both#1", "-second", "-first"]);
}

#[executor]
fn writes_below(left: Reactive<left>, scope: Controller<left>, cx: &ResolveCtx<'_>) -> String {
    let _ = scope;
    let scope = cx.scope().upgrade().unwrap();
    let error = scope.batch(|b| {
        b.update::<right>(5)?;
        b.update::<left>(*left + 1)
    });
    error.unwrap_err().to_string()
}

/// Rule 9: a build that changes what it depends on is told, and changes nothing.
#[test]
fn a_build_cannot_change_what_it_depends_on() {
    let scope = Scope::new();
    let told = scope.get::<writes_below>().unwrap().clone();
    assert!(told.contains("left") && told.contains("writes_below"), "{told}");
    assert_eq!(*scope.get::<right>().unwrap(), 0);
}

#[executor(eager)]
fn watcher(pair: Reactive<pair>, trace: Tag<Trace>) -> u32 {
    trace.note(format!("{pair:?}", pair = *pair));
    0
}

/// Rule 11: what is eager is rebuilt once, after all of the batch.
#[test]
fn an_eager_one_is_rebuilt_once() {
    let trace = Trace::new();
    let scope = trace.scope();
    scope.get::<watcher>().unwrap();
    let batch = scope.batch(|b| {
        b.update::<left>(1)?;
        b.update::<right>(1)
    });
    batch.unwrap();
    assert_eq!(trace.take(), ["(0, 0)", "(1, 1)"]);
}

/// Rule 13: a batch within a change of the same source is told instead of waiting for itself.
#[test]
fn a_batch_inside_of_a_change() {
    let _watchdog = watchdog();
    let scope = Scope::new();
    let mut inner = Ok(());
    let result = scope.modify::<left>(|now| {
        inner = scope.batch(|b| {
            b.update::<right>(1)?;
            b.update::<left>(1)
        });
        now + 2
    });
    result.unwrap();
    assert!(matches!(inner, Err(ScopeError::Cycle(_))), "{inner:?}");
    assert_eq!((*scope.get::<left>().unwrap(), *scope.get::<right>().unwrap()), (2, 0));
}

/// Rule 19: after `dispose` a batch is refused, and one that began before it changes nothing.
#[test]
fn a_batch_after_dispose() {
    let scope = Scope::new();
    let result = scope.batch(|b| {
        b.update::<left>(1)?;
        scope.dispose().unwrap();
        assert!(matches!(b.update::<right>(1), Err(ScopeError::Disposed)));
        Ok(())
    });
    assert!(matches!(result, Err(ScopeError::Disposed)), "{result:?}");
}

#[executor(mutable, eq)]
fn tenfold(left: Reactive<left>) -> u32 {
    *left * 10
}

#[executor(mutable)]
fn above_tenfold(tenfold: Reactive<tenfold>) -> u32 {
    *tenfold + 1
}

/// Rules 9 and 12: a value is equal to the one before only if that is still current when
/// its change comes, and it is not after a change below it.
#[test]
fn an_equal_value_after_a_change_below_it() {
    let scope = Scope::new();
    scope.update::<tenfold>(7).unwrap();
    let batch = scope.batch(|b| {
        b.update::<left>(1)?;
        b.update::<tenfold>(7)
    });
    batch.unwrap();
    assert_eq!(*scope.get::<tenfold>().unwrap(), 7);
    scope.update::<left>(2).unwrap();
    assert_eq!(*scope.get::<tenfold>().unwrap(), 20);
}

/// Rule 9: a derived value that was given is out of date after a later change below it, also
/// if something above it was given later still.
#[test]
fn a_change_below_a_given_value_between_two_others() {
    let scope = Scope::new();
    let batch = scope.batch(|b| {
        b.update::<tenfold>(7)?;
        b.update::<left>(5)?;
        b.update::<above_tenfold>(0)
    });
    batch.unwrap();
    assert!(!scope.is_cached::<tenfold>());
    assert_eq!(*scope.get::<above_tenfold>().unwrap(), 0);
    assert_eq!(*scope.get::<tenfold>().unwrap(), 50);
    scope.update::<left>(6).unwrap();
    assert_eq!(*scope.get::<above_tenfold>().unwrap(), 61);
}
