//! Rule 9 for values that are derived and mutable at once: what is given holds
//! until something below it changes, whatever was stale when it was given.

use pumped::prelude::*;
use pumped_tests::live::{self, Trace};

#[executor(mutable)]
fn source() -> u32 {
    1
}

#[executor]
fn between(source: Reactive<source>, cx: &ResolveCtx<'_>) -> Result<u32, String> {
    live::run(cx)?;
    Ok(*source * 2)
}

#[executor(mutable)]
fn given(between: Reactive<between>, cx: &ResolveCtx<'_>) -> Result<u32, String> {
    live::run(cx)?;
    Ok(*between + 100)
}

#[executor]
fn above(given: Reactive<given>, cx: &ResolveCtx<'_>) -> Result<u32, String> {
    live::run(cx)?;
    Ok(*given + 1)
}

fn check_stale(scope: &Scope, value: u32) {
    assert!(!scope.is_cached::<given>(), "it does not know of the change");
    assert_eq!(*scope.get::<above>().unwrap(), value + 1);
    assert_eq!(*scope.get::<given>().unwrap(), value);
}

/// Given before anything below was there.
#[test]
fn given_above_what_was_never_resolved() {
    let trace = Trace::new();
    let scope = trace.scope();
    scope.update::<given>(500).unwrap();
    assert_eq!((*scope.get::<above>().unwrap(), trace.runs("between")), (501, 0));
    scope.update::<source>(2).unwrap();
    check_stale(&scope, 104);
}

/// Given while what is below was stale.
#[test]
fn given_above_what_is_stale() {
    let trace = Trace::new();
    let scope = trace.scope();
    scope.get::<above>().unwrap();
    for round in 2..5 {
        scope.update::<source>(round).unwrap();
        scope.update::<given>(500).unwrap();
        assert_eq!(*scope.get::<above>().unwrap(), 501);
        scope.update::<source>(10 * round).unwrap();
        check_stale(&scope, 20 * round + 100);
    }
    assert_eq!([trace.runs("between"), trace.runs("given"), trace.runs("above")], [4, 4, 7]);
}

/// The same, where what is below is read and fails in between.
#[test]
fn given_above_what_fails() {
    let trace = Trace::new();
    let scope = trace.scope();
    scope.get::<above>().unwrap();
    scope.update::<source>(3).unwrap();
    scope.update::<given>(500).unwrap();
    trace.on("between fails");
    scope.get::<between>().unwrap_err();
    trace.off("between fails");
    assert_eq!(*scope.get::<above>().unwrap(), 501, "a failure is no change");
    scope.update::<source>(4).unwrap();
    check_stale(&scope, 108);
}

/// The same, where what is below is read and succeeds: what is given stays until the next change.
#[test]
fn given_above_what_is_rebuilt_later() {
    let trace = Trace::new();
    let scope = trace.scope();
    scope.get::<above>().unwrap();
    scope.update::<source>(3).unwrap();
    scope.update::<given>(500).unwrap();
    assert_eq!(*scope.get::<between>().unwrap(), 6);
    assert_eq!(*scope.get::<above>().unwrap(), 501);
    scope.update::<source>(4).unwrap();
    check_stale(&scope, 108);
}
