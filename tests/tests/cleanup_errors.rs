//! Rule 18: cleanups that fail, panic, or panic about panicking stop nobody, and
//! no error is lost.

use std::error::Error;
use std::panic::panic_any;

use pumped::error::{DisposeError, Panic, ResolveErrorKind};
use pumped::prelude::*;
use pumped_tests::live::{self, Trace};

/// A payload that panics when it is dropped.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("the payload too");
    }
}

fn fail() {
    panic!("a panic");
}

fn explode() {
    panic_any(Bomb);
}

#[executor(mutable)]
fn source() -> u32 {
    1
}

#[executor]
fn troubled(source: Reactive<source>, cx: &ResolveCtx<'_>) -> u32 {
    live::note_cleanup(cx, "troubled first".into());
    cx.on_cleanup(|| Err::<(), _>("an error"));
    cx.on_cleanup(fail);
    cx.on_cleanup(explode);
    live::note_cleanup(cx, "troubled last".into());
    *source
}

#[executor]
fn above(troubled: Reactive<troubled>, cx: &ResolveCtx<'_>) -> u32 {
    live::note_cleanup(cx, "above".into());
    cx.on_cleanup(|| Err::<(), _>(std::io::Error::other("an error above")));
    *troubled
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the option `cleanup` gives a reference")]
fn refuse(_: &u32) -> Result<(), String> {
    Err("refused".into())
}

#[executor(mutable, cleanup = refuse)]
fn refusing() -> u32 {
    1
}

fn told(error: &DisposeError) -> Vec<(&'static str, String)> {
    let told = error.errors().iter();
    told.map(|error| (error.executor(), error.source().unwrap().to_string())).collect()
}

/// Parity B11: all of them run, and all errors come out of `dispose`, in order, with their names.
#[test]
fn errors_and_panics_are_collected() {
    let trace = Trace::new();
    let scope = trace.scope();
    scope.get::<above>().unwrap();
    let error = scope.dispose().unwrap_err();
    assert_eq!(trace.take(), ["above", "troubled last", "troubled first"]);
    let told = told(&error);
    let names: Vec<_> = told.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, ["above", "troubled", "troubled", "troubled"]);
    assert_eq!((&*told[0].1, &*told[3].1), ("an error above", "an error"));
    assert!(told[2].1.ends_with("a panic"), "{told:?}");
    let source = error.errors()[2].source().unwrap();
    assert_eq!(source.downcast_ref::<Panic>().unwrap().message(), "a panic");
    assert!(error.errors()[0].source().unwrap().is::<std::io::Error>());
    for (_, text) in &told {
        assert!(error.to_string().contains(text), "{error}");
    }
}

/// What fails for a replaced value fails no update and no read; it is kept for `dispose`.
#[test]
fn errors_of_replaced_values_are_kept() {
    let trace = Trace::new();
    let scope = trace.scope();
    for value in 2..5 {
        scope.get::<above>().unwrap();
        scope.update::<source>(value).unwrap();
        assert_eq!(*scope.get::<above>().unwrap(), value);
        assert_eq!(trace.take(), ["above", "troubled last", "troubled first"]);
    }
    scope.get::<refusing>().unwrap();
    scope.update::<refusing>(2).unwrap();
    scope.release::<above>().unwrap();
    scope.release::<refusing>().unwrap();
    let error = scope.dispose().unwrap_err();
    let told = told(&error);
    assert_eq!(told.iter().filter(|(name, _)| *name == "above").count(), 4);
    assert_eq!(told.iter().filter(|(name, _)| *name == "troubled").count(), 4 * 3);
    assert_eq!(told.iter().filter(|(name, _)| *name == "refusing").count(), 2);
    assert_eq!(told.len(), 18);
}

/// The same errors for everybody who disposes.
#[test]
fn disposing_again_tells_the_same() {
    let scope = Trace::new().scope();
    scope.get::<above>().unwrap();
    let first = told(&scope.dispose().unwrap_err());
    let again = told(&scope.clone().dispose().unwrap_err());
    assert_eq!((first.len(), &first), (4, &again));
}

/// Dropping the last handle runs all of them as well, and does not panic.
#[test]
fn dropping_the_scope_stops_at_nothing() {
    let trace = Trace::new();
    let scope = trace.scope();
    scope.get::<above>().unwrap();
    drop(scope);
    assert_eq!(trace.take(), ["above", "troubled last", "troubled first"]);
}

/// A value whose drop panics.
struct Fragile(Trace);

impl Drop for Fragile {
    fn drop(&mut self) {
        self.0.note("fragile dropped");
        panic_any(Bomb);
    }
}

#[executor(mutable)]
fn fragile(source: Reactive<source>, cx: &ResolveCtx<'_>) -> Fragile {
    live::note_cleanup(cx, format!("fragile of {}", *source));
    Fragile(cx.tag::<Trace>().unwrap().clone())
}

#[executor]
fn on_fragile(fragile: Reactive<fragile>, cx: &ResolveCtx<'_>) -> u32 {
    live::note_cleanup(cx, "on_fragile".into());
    let _ = &fragile.0;
    1
}

/// A drop that panics stops neither the cleanups nor what comes after it, nor the update.
#[test]
fn a_panicking_drop_stops_nobody() {
    let trace = Trace::new();
    let scope = trace.scope();
    scope.get::<on_fragile>().unwrap();
    scope.update::<source>(2).unwrap();
    scope.get::<on_fragile>().unwrap();
    assert_eq!(trace.take(), ["on_fragile", "fragile of 1", "fragile dropped"]);
    scope.update::<fragile>(Fragile(trace.clone())).unwrap();
    scope.release::<source>().unwrap();
    let lines = trace.take();
    assert_eq!(lines.iter().filter(|line| *line == "fragile dropped").count(), 2, "{lines:?}");
    assert_eq!(*scope.get::<on_fragile>().unwrap(), 1);
    drop(scope);
    assert_eq!(trace.take(), ["on_fragile", "fragile of 1", "fragile dropped"]);
}

#[executor(mutable)]
fn explosive(source: Reactive<source>, cx: &ResolveCtx<'_>) -> u32 {
    live::note_cleanup(cx, "explosive".into());
    cx.on_cleanup(explode);
    if *source == 1 { panic_any(Bomb) } else { *source }
}

/// Rules 2 and 4: the same for a build that panics with such a payload; the errors of its cleanups
/// are not lost either.
#[test]
fn a_build_that_panics_with_a_bomb() {
    let trace = Trace::new();
    let scope = trace.scope();
    let error = scope.get::<explosive>().unwrap_err();
    assert_eq!((error.kind(), error.executor()), (ResolveErrorKind::Panicked, "explosive"));
    assert_eq!(trace.take(), ["explosive"]);
    scope.update::<source>(2).unwrap();
    assert_eq!(*scope.get::<explosive>().unwrap(), 2);
    let error = scope.dispose().unwrap_err();
    assert_eq!(told(&error).len(), 2, "one of each attempt: {error}");
}
