//! What a reader learns when something fails below it that was built before.

use pumped::error::ResolveErrorKind;
use pumped::prelude::*;
use pumped_tests::live::{Trace, run};

#[executor(mutable)]
fn source() -> u32 {
    1
}

#[executor]
fn low(source: Reactive<source>, cx: &ResolveCtx<'_>) -> Result<u32, String> {
    run(cx)?;
    Ok(*source)
}

#[executor]
fn side(source: Reactive<source>, cx: &ResolveCtx<'_>) -> Result<u32, String> {
    run(cx)?;
    Ok(*source)
}

#[executor]
fn middle(low: Reactive<low>, cx: &ResolveCtx<'_>) -> Result<u32, String> {
    run(cx)?;
    Ok(*low)
}

#[executor]
fn top(side: Snapshot<side>, middle: Reactive<middle>, cx: &ResolveCtx<'_>) -> Result<u32, String> {
    run(cx)?;
    Ok(*side + *middle)
}

/// Rules 2 and 14: the error of a rebuild has the whole path, what fails is run once for
/// each get, and what stands beside it is rebuilt nevertheless.
#[test]
fn a_rebuild_that_fails_says_who_asked_for_it() {
    let trace = Trace::new();
    let scope = trace.scope();
    assert_eq!(*scope.get::<top>().unwrap(), 2);
    scope.update::<source>(2).unwrap();
    trace.on("low fails");
    let error = scope.get::<top>().unwrap_err();
    assert_eq!(error.kind(), ResolveErrorKind::Failed);
    assert_eq!(error.path(), ["top", "middle", "low"]);
    assert_eq!(["side", "low", "middle", "top"].map(|name| trace.runs(name)), [2, 2, 1, 1]);
    assert_eq!(*scope.peek::<top>().unwrap(), 2, "the last good version stays");
    trace.off("low fails");
    assert_eq!(*scope.get::<top>().unwrap(), 4);
    assert_eq!(["side", "low", "middle", "top"].map(|name| trace.runs(name)), [2, 3, 2, 2]);
}

/// Rule 9: an update in the middle of a rebuild is seen by the next read, and by this one
/// if it was not there yet.
#[test]
fn an_update_between_two_rebuilds_of_one_read() {
    let trace = Trace::new();
    let scope = trace.scope();
    assert_eq!(*scope.get::<top>().unwrap(), 2);
    scope.update::<source>(2).unwrap();
    let gate = trace.gate("low");
    std::thread::scope(|threads| {
        let reader = threads.spawn(|| *scope.get::<top>().unwrap());
        gate.reached();
        scope.update::<source>(3).unwrap();
        gate.open();
        let seen = reader.join().unwrap();
        assert!(seen == 4 || seen == 6, "{seen} is of no single state");
        assert_eq!(*scope.get::<top>().unwrap(), 6);
    });
}
