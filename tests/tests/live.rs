//! Rules 8, 9, 11, 13 and 14: what updates, modifications and releases do to live
//! values, one thread at a time.

use std::panic::{AssertUnwindSafe, catch_unwind};

use pumped::error::{ResolveErrorKind, ScopeError};
use pumped::prelude::*;
use pumped_tests::live::{self, Trace};

#[executor(mutable)]
fn source(cx: &ResolveCtx<'_>) -> Result<u32, String> {
    live::run(cx)?;
    Ok(1)
}

#[executor]
fn doubled(source: Reactive<source>, cx: &ResolveCtx<'_>) -> Result<u32, String> {
    live::run(cx)?;
    Ok(*source * 2)
}

#[executor]
fn tripled(source: Reactive<source>, cx: &ResolveCtx<'_>) -> Result<u32, String> {
    live::run(cx)?;
    Ok(*source * 3)
}

#[executor]
fn top(
    doubled: Reactive<doubled>,
    tripled: Reactive<tripled>,
    cx: &ResolveCtx<'_>,
) -> Result<u32, String> {
    live::run(cx)?;
    Ok(*doubled + *tripled)
}

#[executor(mutable)]
fn tuned(source: Reactive<source>, cx: &ResolveCtx<'_>) -> Result<u32, String> {
    live::run(cx)?;
    Ok(*source * 10)
}

#[executor]
fn on_tuned(tuned: Reactive<tuned>, cx: &ResolveCtx<'_>) -> Result<u32, String> {
    live::run(cx)?;
    Ok(*tuned + 1)
}

#[executor]
fn anchored(source: Snapshot<source>, cx: &ResolveCtx<'_>) -> Result<[u32; 4], String> {
    live::run(cx)?;
    Ok([*source; 4])
}

#[executor]
fn remote(source: Controller<source>) -> Controller<source> {
    source
}

/// Rule 8: a fixed value stays what and where it is, whatever changes around it.
#[test]
fn fixed_values_neither_change_nor_move() {
    let trace = Trace::new();
    let scope = trace.scope();
    let anchor: &[u32; 4] = scope.get::<anchored>().unwrap().into_inner();
    for value in 2..200 {
        scope.update::<source>(value).unwrap();
        scope.get::<top>().unwrap();
        if value % 10 == 0 {
            scope.release::<source>().unwrap();
        }
        assert!(scope.is_cached::<anchored>());
        assert!(std::ptr::eq(anchor, scope.get::<anchored>().unwrap().into_inner()));
    }
    assert_eq!(*anchor, [1; 4]);
    assert_eq!(trace.runs("anchored"), 1);
}

/// Rule 9: what starts after an update sees it, through any depth.
#[test]
fn updates_reach_every_dependent() {
    let trace = Trace::new();
    let scope = trace.scope();
    assert_eq!(*scope.get::<top>().unwrap(), 5);
    for value in [7, 8, 9] {
        scope.update::<source>(value).unwrap();
        assert_eq!(*scope.get::<top>().unwrap(), 5 * value);
        assert_eq!(*scope.get::<tripled>().unwrap(), 3 * value);
        assert_eq!(*scope.get::<doubled>().unwrap(), 2 * value);
        assert_eq!(*scope.get::<source>().unwrap(), value);
    }
    assert_eq!(trace.runs("source"), 1);
    assert_eq!([trace.runs("doubled"), trace.runs("tripled"), trace.runs("top")], [4; 3]);
}

/// Rule 11: nothing is rebuilt before it is read, and then once for all changes.
#[test]
fn rebuilding_is_lazy_and_once_per_change_that_is_read() {
    let trace = Trace::new();
    let scope = trace.scope();
    scope.get::<top>().unwrap();
    let before = trace.all_runs();
    for value in 2..10 {
        scope.update::<source>(value).unwrap();
    }
    assert_eq!(trace.all_runs(), before, "an update builds nothing");
    assert_eq!(*scope.get::<doubled>().unwrap(), 18);
    assert_eq!(trace.all_runs(), before + 1, "a read rebuilds what it reads");
    for _ in 0..3 {
        assert_eq!(*scope.get::<top>().unwrap(), 45);
    }
    assert_eq!([trace.runs("doubled"), trace.runs("tripled"), trace.runs("top")], [2; 3]);
}

/// Rule 9, parity A14: an update of what was never resolved stores the value and runs nothing.
#[test]
fn a_first_update_needs_no_first_build() {
    let trace = Trace::new();
    let scope = trace.scope();
    scope.update::<source>(4).unwrap();
    assert!(scope.is_cached::<source>());
    assert_eq!(*scope.get::<source>().unwrap(), 4);
    assert_eq!(*scope.get::<top>().unwrap(), 20);
    assert_eq!(trace.runs("source"), 0);
}

/// Rule 9: so does the update of a derived one, and nothing below it is resolved.
#[test]
fn a_first_update_of_a_derived_value_resolves_nothing_below() {
    let trace = Trace::new();
    let scope = trace.scope();
    scope.update::<tuned>(77).unwrap();
    assert_eq!(*scope.get::<on_tuned>().unwrap(), 78);
    assert_eq!([trace.runs("tuned"), trace.runs("source")], [0, 0]);
    assert!(!scope.is_cached::<source>());
    // It is still derived: what it is built from counts from now on.
    scope.update::<source>(3).unwrap();
    assert!(!scope.is_cached::<tuned>());
    assert_eq!(*scope.get::<on_tuned>().unwrap(), 31);
}

/// Rule 9: an update of a derived value holds until something below it changes.
#[test]
fn a_derived_value_can_be_overruled() {
    let trace = Trace::new();
    let scope = trace.scope();
    assert_eq!(*scope.get::<on_tuned>().unwrap(), 11);
    scope.update::<tuned>(50).unwrap();
    assert_eq!(*scope.get::<on_tuned>().unwrap(), 51);
    assert_eq!(*scope.get::<tuned>().unwrap(), 50);
    assert_eq!(trace.runs("tuned"), 1);
    scope.update::<source>(2).unwrap();
    assert_eq!(*scope.get::<on_tuned>().unwrap(), 21);
    scope.modify::<tuned>(|now| now + 1).unwrap();
    assert_eq!(*scope.get::<on_tuned>().unwrap(), 22);
    assert_eq!([trace.runs("tuned"), trace.runs("on_tuned")], [2, 4]);
}

/// Rule 13: `modify` resolves what is not there, and is given what is current.
#[test]
fn modify_starts_from_the_current_value() {
    let trace = Trace::new();
    let scope = trace.scope();
    scope.modify::<source>(|now| now + 10).unwrap();
    assert_eq!(trace.runs("source"), 1);
    scope.modify::<tuned>(|now| now + 1).unwrap();
    assert_eq!(*scope.get::<tuned>().unwrap(), 111);
    scope.update::<source>(2).unwrap();
    scope.modify::<tuned>(|now| now + 1).unwrap();
    assert_eq!(*scope.get::<tuned>().unwrap(), 21, "built from the new source, then changed");
    assert_eq!(trace.runs("source"), 1);
}

/// Rule 13: what changes below a derived value while it is modified comes after.
#[test]
fn a_change_below_a_modification_is_not_lost() {
    let trace = Trace::new();
    let scope = trace.scope();
    scope.get::<on_tuned>().unwrap();
    let change = |now: &u32| {
        scope.update::<source>(6).unwrap();
        now + 1
    };
    scope.modify::<tuned>(change).unwrap();
    assert_eq!(*scope.get::<tuned>().unwrap(), 60);
    assert_eq!(*scope.get::<on_tuned>().unwrap(), 61);
}

/// Rule 13: a panic in `modify` goes to its caller and changes nothing.
#[test]
fn a_panic_in_modify_changes_nothing() {
    let trace = Trace::new();
    let scope = trace.scope();
    scope.get::<top>().unwrap();
    let panicking = || scope.modify::<source>(|_| panic!("no"));
    let payload = catch_unwind(AssertUnwindSafe(panicking)).unwrap_err();
    assert_eq!(payload.downcast_ref::<&str>(), Some(&"no"));
    assert!(scope.is_cached::<source>() && scope.is_cached::<top>());
    assert_eq!(*scope.get::<source>().unwrap(), 1);
    scope.modify::<source>(|now| now + 1).unwrap();
    assert_eq!(*scope.get::<top>().unwrap(), 10);
    // Also where nothing was there before.
    let other = trace.scope();
    let panicking = || other.modify::<source>(|_| panic!("no"));
    catch_unwind(AssertUnwindSafe(panicking)).unwrap_err();
    assert_eq!(*other.get::<source>().unwrap(), 1);
}

/// Rules 2 and 13: a `modify` whose value cannot be resolved says so and changes nothing.
#[test]
fn modify_of_what_fails_is_an_error() {
    let trace = Trace::new();
    let scope = trace.scope();
    trace.on("source fails");
    let error = scope.modify::<source>(|_| unreachable!("there is no value")).unwrap_err();
    let ScopeError::Resolve(error) = error else { panic!("{error:?}") };
    assert_eq!((error.kind(), error.executor()), (ResolveErrorKind::Failed, "source"));
    assert!(scope.peek::<source>().is_none());
    trace.off("source fails");
    scope.modify::<source>(|now| now + 1).unwrap();
    assert_eq!(*scope.get::<source>().unwrap(), 2);
}

/// Rule 14: one that fails stops neither its siblings nor the invalidation.
#[test]
fn a_failing_dependent_stops_nobody_else() {
    let trace = Trace::new();
    let scope = trace.scope();
    scope.get::<top>().unwrap();
    trace.on("doubled fails");
    scope.update::<source>(10).unwrap();
    assert_eq!(scope.get::<doubled>().unwrap_err().executor(), "doubled");
    assert_eq!(*scope.get::<tripled>().unwrap(), 30);
    assert_eq!(scope.get::<top>().unwrap_err().path(), ["top", "doubled"]);
    scope.update::<source>(11).unwrap();
    assert_eq!(*scope.get::<tripled>().unwrap(), 33);
    trace.off("doubled fails");
    assert_eq!(*scope.get::<top>().unwrap(), 55);
}

/// Rules 2, 4 and 14: a rebuild that fails or panics keeps the old value for `peek` only, and is
/// tried again by the next read.
#[test]
fn a_failed_rebuild_keeps_the_old_value_and_is_retried() {
    for (switch, kind) in [
        ("doubled fails", ResolveErrorKind::Failed),
        ("doubled panics", ResolveErrorKind::Panicked),
    ] {
        let trace = Trace::new();
        let scope = trace.scope();
        scope.get::<top>().unwrap();
        scope.update::<source>(10).unwrap();
        trace.on(switch);
        for _ in 0..2 {
            assert_eq!(scope.get::<doubled>().unwrap_err().kind(), kind);
            assert_eq!(*scope.peek::<doubled>().unwrap(), 2);
            assert!(!scope.is_cached::<doubled>());
            assert_eq!(*scope.peek::<top>().unwrap(), 5);
        }
        assert_eq!(trace.runs("doubled"), 3);
        // An update meanwhile still reaches it.
        scope.update::<source>(20).unwrap();
        assert_eq!(scope.get::<doubled>().unwrap_err().kind(), kind);
        trace.off(switch);
        assert_eq!(*scope.get::<top>().unwrap(), 100);
        assert_eq!(trace.runs("doubled"), 5);
    }
}

/// Rule 16, parity B9: a release takes the value and everything built from it; the next read
/// builds anew.
#[test]
fn release_takes_dependents_along() {
    let trace = Trace::new();
    let scope = trace.scope();
    scope.update::<source>(4).unwrap();
    scope.get::<top>().unwrap();
    scope.get::<tuned>().unwrap();
    scope.release::<doubled>().unwrap();
    assert!(scope.peek::<doubled>().is_none() && scope.peek::<top>().is_none());
    assert!(scope.is_cached::<tripled>() && scope.is_cached::<source>());
    scope.release::<source>().unwrap();
    assert!(scope.peek::<source>().is_none() && scope.peek::<tripled>().is_none());
    assert!(scope.peek::<tuned>().is_none());
    assert_eq!(*scope.get::<top>().unwrap(), 5, "back to what the function says");
    assert_eq!([trace.runs("source"), trace.runs("doubled"), trace.runs("top")], [1, 2, 2]);
    // Edges belong to the declaration: they outlive a release.
    scope.update::<source>(2).unwrap();
    assert_eq!(*scope.get::<top>().unwrap(), 10);
}

/// Rule 16: releasing what is not there, or is stale, is fine.
#[test]
fn release_of_nothing_and_of_stale_values() {
    let trace = Trace::new();
    let scope = trace.scope();
    scope.release::<top>().unwrap();
    scope.release::<source>().unwrap();
    assert_eq!(trace.all_runs(), 0);
    scope.get::<top>().unwrap();
    scope.update::<source>(2).unwrap();
    scope.release::<doubled>().unwrap();
    assert!(scope.peek::<doubled>().is_none() && scope.peek::<top>().is_none());
    assert_eq!(*scope.peek::<tripled>().unwrap(), 3, "stale, but not released");
    assert_eq!(*scope.get::<top>().unwrap(), 10);
}

/// Rules 9 and 11: `reload` builds now, once, and what depends on it when it is read.
#[test]
fn reload_is_release_and_get() {
    let trace = Trace::new();
    let scope = trace.scope();
    scope.update::<source>(9).unwrap();
    scope.get::<top>().unwrap();
    assert_eq!(*scope.reload::<source>().unwrap(), 1);
    assert_eq!([trace.runs("source"), trace.runs("top")], [1, 1]);
    assert!(!scope.is_cached::<top>());
    assert_eq!(*scope.get::<top>().unwrap(), 5);
    trace.on("doubled fails");
    assert!(matches!(scope.reload::<doubled>(), Err(ScopeError::Resolve(_))));
    assert!(scope.peek::<doubled>().is_none());
}

/// Rules 9 and 11: `peek` and `is_cached` look and never resolve.
#[test]
fn peek_and_is_cached_only_look() {
    let trace = Trace::new();
    let scope = trace.scope();
    assert!(scope.peek::<top>().is_none() && !scope.is_cached::<top>());
    scope.get::<top>().unwrap();
    assert!(scope.is_cached::<top>());
    scope.update::<source>(3).unwrap();
    assert_eq!(*scope.peek::<top>().unwrap(), 5, "the last value, stale or not");
    assert!(!scope.is_cached::<top>() && !scope.is_cached::<doubled>());
    assert_eq!(*scope.peek::<source>().unwrap(), 3);
    assert_eq!(trace.runs("top"), 1);
}

/// Rule 8 and 10: what somebody reads stays what it was while it is replaced.
#[test]
fn a_reader_keeps_the_version_that_it_saw() {
    let scope = Trace::new().scope();
    let old = scope.get::<top>().unwrap();
    let kept = scope.dep::<doubled>().unwrap();
    scope.update::<source>(3).unwrap();
    assert_eq!(*scope.get::<top>().unwrap(), 15);
    scope.release::<source>().unwrap();
    assert_eq!((*old, *kept), (5, 2));
}

/// Parity A11: a controller does all of this from wherever it is kept.
#[test]
fn controllers_do_the_same_from_any_thread() {
    let trace = Trace::new();
    let scope = trace.scope();
    let source = (*scope.get::<remote>().unwrap()).clone();
    let top = scope.controller::<top>();
    assert!(!source.is_cached() && source.peek().is_none());
    let work = move || {
        source.update(2).unwrap();
        source.modify(|now| now + 1).unwrap();
        assert_eq!(*top.get().unwrap(), 15);
        assert!(top.is_cached() && *top.peek().unwrap() == 15);
        top.release().unwrap();
        assert!(top.peek().is_none());
        assert_eq!(*source.reload().unwrap(), 1);
        assert_eq!(*top.reload().unwrap(), 5);
    };
    std::thread::spawn(work).join().unwrap();
    assert_eq!(*scope.get::<top>().unwrap(), 5);
    assert_eq!(trace.runs("top"), 2);
}
