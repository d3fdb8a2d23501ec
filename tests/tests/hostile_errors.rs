//! Rules 2, 4: what a user's error does by itself ends no attempt half-way.

use std::fmt;

use pumped::error::ResolveErrorKind;
use pumped::prelude::*;
use pumped_tests::{Log, Watchdog};

/// Panics when it is asked for its text.
#[derive(Debug)]
struct Speechless;

impl fmt::Display for Speechless {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        panic!("no words")
    }
}

impl std::error::Error for Speechless {}

/// Panics when it is dropped.
#[derive(Debug)]
struct Explosive;

impl fmt::Display for Explosive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("careful")
    }
}

impl std::error::Error for Explosive {}

impl Drop for Explosive {
    fn drop(&mut self) {
        panic!("boom");
    }
}

#[executor]
fn speechless(log: Tag<Log>) -> Result<u32, Speechless> {
    if log.note("speechless") == 1 { Err(Speechless) } else { Ok(1) }
}

#[executor(mutable)]
fn level() -> u32 {
    1
}

#[executor]
fn live_speechless(level: Reactive<level>, log: Tag<Log>) -> Result<u32, Speechless> {
    if log.note("live") == 1 { Err(Speechless) } else { Ok(*level) }
}

#[executor]
fn explosive(level: Reactive<level>, log: Tag<Log>) -> Result<u32, Explosive> {
    if log.note("explosive") == 1 { Err(Explosive) } else { Ok(*level) }
}

/// Rule 2: an error that cannot say what it is is an error all the same, and the next
/// `get` tries again.
#[test]
fn rule_02_an_error_without_words() {
    let _watchdog = Watchdog::start();
    let scope = Log::default().scope();
    let error = scope.get::<speechless>().unwrap_err();
    assert_eq!(error.kind(), ResolveErrorKind::Failed);
    assert_eq!(*scope.get::<speechless>().unwrap(), 1);
    assert!(scope.get::<live_speechless>().is_err());
    assert_eq!(*scope.get::<live_speechless>().unwrap(), 1);
}

/// Rule 4: an error that panics when it is dropped poisons nothing.
#[test]
fn rule_04_an_error_that_panics_when_dropped() {
    let _watchdog = Watchdog::start();
    let scope = Log::default().scope();
    let error = scope.get::<explosive>().unwrap_err();
    let dropped = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| drop(error)));
    assert!(dropped.is_err(), "the last holder of the error sees its panic");
    assert_eq!(*scope.get::<explosive>().unwrap(), 1);
    scope.update::<level>(2).unwrap();
    assert_eq!(*scope.get::<explosive>().unwrap(), 2);
}

#[executor]
fn untidy(cx: &ResolveCtx<'_>, log: Tag<Log>) -> u32 {
    cx.on_cleanup(|| Err::<(), _>(Speechless));
    cx.on_cleanup(|| Err::<(), _>(Explosive));
    let log = Log::clone(&log);
    cx.on_cleanup(move || {
        log.note("cleaned up");
    });
    1
}

/// Rule 18: cleanups whose errors cannot be told harm neither the others nor whoever
/// drops the last handle.
#[test]
fn rule_18_errors_of_cleanups_without_words() {
    let log = Log::default();
    let scope = log.scope();
    scope.get::<untidy>().unwrap();
    drop(scope);
    assert_eq!(log.lines(), ["cleaned up"]);
}
