//! Section 3.4: extensions that refuse, fail, swallow and panic.

use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

use pumped::error::{BoxError, ResolveErrorKind, ScopeError};
use pumped::extension::Operation;
use pumped::extension::OperationKind::{self, Execute, Release, Resolve, Update};
use pumped::prelude::*;
use pumped_tests::Log;
use pumped_tests::spy::Spy;

#[derive(Debug, PartialEq)]
struct Refused(u32);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "refused {}", self.0)
    }
}

impl Error for Refused {}

fn refused() -> Result<(), BoxError> {
    Err(Refused(7).into())
}

#[executor]
fn base(log: Tag<Log>, cx: &ResolveCtx<'_>) -> Counted {
    let run = log.note("base");
    let cleaned = log.clone();
    cx.on_cleanup(move || {
        cleaned.note("-base");
    });
    Counted(run, log.clone())
}

/// Notes its drop.
struct Counted(usize, Log);

impl Drop for Counted {
    fn drop(&mut self) {
        self.1.note("drop");
    }
}

#[executor]
fn above(base: Dep<base>) -> usize {
    base.0
}

#[executor(mutable)]
fn level(log: Tag<Log>, cx: &ResolveCtx<'_>) -> usize {
    let cleaned = log.clone();
    cx.on_cleanup(move || {
        cleaned.note("-level");
    });
    log.note("level")
}

#[flow]
fn work(log: Tag<Log>, #[input] number: u32) -> Result<u32, String> {
    log.note("work");
    if number == 0 { Err("zero".into()) } else { Ok(number) }
}

#[flow]
fn around(cx: &ExecutionCtx<'_>, #[input] number: u32) -> Result<u32, String> {
    cx.exec(work(number)).map_err(|error| error.to_string())
}

#[derive(Clone, Copy, Debug)]
enum How {
    Before,
    Wrap,
}

/// A scope with an extension that refuses `kind` of what is called `name`, as long as it
/// is told to, between two that let all pass.
fn refuses(
    log: &Log,
    kind: OperationKind,
    name: &'static str,
    how: How,
) -> (Scope, Arc<AtomicBool>) {
    let refusing = Arc::new(AtomicBool::new(true));
    let is_on = refusing.clone();
    let check = move |operation: &Operation<'_>| {
        let is_meant = operation.kind() == kind && operation.name() == name;
        if is_meant && is_on.load(SeqCst) { refused() } else { Ok(()) }
    };
    let spy = Spy::new("b", &Log::new());
    let spy = match how {
        How::Before => spy.before(check),
        How::Wrap => spy.wrap(move |operation, next| {
            check(operation)?;
            next.run()
        }),
    };
    let builder = log.builder().extension(Spy::new("a", log)).extension(spy);
    (builder.extension(Spy::new("c", log)).build().unwrap(), refusing)
}

fn is_refused(error: &(dyn Error + 'static)) -> bool {
    error.source().and_then(|source| source.downcast_ref()) == Some(&Refused(7))
}

/// The outer one hears of it, the inner one nothing.
fn check_heard(log: &Log, operation: &str) {
    assert_eq!(log.count(&format!("a before {operation}")), 1);
    assert_eq!(log.count(&format!("a error {operation}: refused 7")), 1);
    assert_eq!(log.count(&format!("a after {operation}: failed")), 1);
    assert_eq!(log.count(&format!("c before {operation}")), 0);
    assert_eq!(log.count(&format!("c after {operation}: failed")), 0);
}

#[test]
fn section_3_4_a_resolve_that_is_refused() {
    for how in [How::Before, How::Wrap] {
        let log = Log::new();
        let (scope, refusing) = refuses(&log, Resolve, "base", how);
        let error = scope.get::<above>().unwrap_err();
        assert_eq!(error.kind(), ResolveErrorKind::Vetoed);
        assert_eq!(error.path(), ["above", "base"]);
        assert!(is_refused(&error));
        assert_eq!(error.to_string(), "resolving `above` -> `base`: refused 7");
        check_heard(&log, "resolve base");
        assert_eq!((log.count("base"), log.count("-base")), (0, 0));
        assert!(!scope.is_cached::<base>() && !scope.is_cached::<above>());
        // Rule 2: it is tried again.
        refusing.store(false, SeqCst);
        assert_eq!(*scope.get::<above>().unwrap(), 1);
        scope.dispose().unwrap();
        assert_eq!((log.count("base"), log.count("-base")), (1, 1));
    }
}

#[test]
fn section_3_4_a_live_resolve_that_is_refused() {
    for how in [How::Before, How::Wrap] {
        let log = Log::new();
        let (scope, refusing) = refuses(&log, Resolve, "level", how);
        let error = scope.get::<level>().unwrap_err();
        assert!(error.kind() == ResolveErrorKind::Vetoed && is_refused(&error));
        let error = scope.modify::<level>(|_| unreachable!("there is no value")).unwrap_err();
        let ScopeError::Resolve(error) = error else { panic!("{error}") };
        assert!(error.kind() == ResolveErrorKind::Vetoed && is_refused(&error));
        assert_eq!(log.count("level"), 0);
        // An update needs no resolve.
        scope.update::<level>(9).unwrap();
        assert_eq!(*scope.get::<level>().unwrap(), 9);
        refusing.store(false, SeqCst);
        assert_eq!(*scope.reload::<level>().unwrap(), 1);
    }
}

#[test]
fn section_3_4_changes_that_are_refused() {
    for how in [How::Before, How::Wrap] {
        let log = Log::new();
        let (scope, refusing) = refuses(&log, Update, "level", how);
        assert_eq!(*scope.get::<level>().unwrap(), 1);
        let error = scope.update::<level>(5).unwrap_err();
        assert!(matches!(error, ScopeError::Vetoed(_)) && is_refused(&error));
        assert_eq!(error.to_string(), "refused 7");
        check_heard(&log, "update level");
        let error = scope.modify::<level>(|_| unreachable!("refused")).unwrap_err();
        assert!(matches!(error, ScopeError::Vetoed(_)) && is_refused(&error));
        assert!(scope.is_cached::<level>());
        assert_eq!((*scope.get::<level>().unwrap(), log.count("-level")), (1, 0));
        refusing.store(false, SeqCst);
        scope.update::<level>(6).unwrap();
        assert_eq!((*scope.get::<level>().unwrap(), log.count("-level")), (6, 1));

        let log = Log::new();
        let (scope, refusing) = refuses(&log, Release, "level", how);
        assert_eq!(*scope.get::<level>().unwrap(), 1);
        let error = scope.release::<level>().unwrap_err();
        assert!(matches!(error, ScopeError::Vetoed(_)) && is_refused(&error));
        check_heard(&log, "release level");
        let error = scope.reload::<level>().unwrap_err();
        assert!(matches!(error, ScopeError::Vetoed(_)) && is_refused(&error));
        assert!(scope.is_cached::<level>());
        assert_eq!((*scope.get::<level>().unwrap(), log.count("-level")), (1, 0));
        refusing.store(false, SeqCst);
        assert_eq!(*scope.reload::<level>().unwrap(), 2);
        assert_eq!(log.count("-level"), 1);
    }
}

#[test]
fn section_3_4_executions_that_are_refused() {
    for how in [How::Before, How::Wrap] {
        let log = Log::new();
        let (scope, refusing) = refuses(&log, Execute, "work", how);
        let error = scope.exec(work(1)).unwrap_err();
        let FlowError::Extension(own) = error else { panic!("{error}") };
        assert_eq!(own.downcast_ref(), Some(&Refused(7)));
        check_heard(&log, "execute work");
        // Also below another one, and its parent may go on.
        assert_eq!(scope.exec(around(1)).unwrap_err().to_string(), "refused 7");
        assert_eq!(log.count("work"), 0);
        refusing.store(false, SeqCst);
        assert_eq!(scope.exec(around(1)).unwrap(), 1);
        assert_eq!(log.count("work"), 1);
    }
}

/// A scope with the extension `spy` between two that let all pass.
fn between(log: &Log, spy: Spy) -> Scope {
    let builder = log.builder().extension(Spy::new("a", log)).extension(spy);
    builder.extension(Spy::new("c", log)).build().unwrap()
}

/// One that fails after the operation went well.
fn fails_after(kind: OperationKind, name: &'static str) -> Spy {
    Spy::new("b", &Log::new()).wrap(move |operation, next| {
        next.run()?;
        if operation.kind() == kind && operation.name() == name { refused() } else { Ok(()) }
    })
}

/// Rule 16: a value that was built and then discarded runs its cleanups, once, and goes.
#[test]
fn section_3_4_a_failure_after_a_resolve_discards_the_value() {
    let log = Log::new();
    let scope = between(&log, fails_after(Resolve, "base"));
    for run in 1..=2 {
        let error = scope.get::<above>().unwrap_err();
        assert!(error.kind() == ResolveErrorKind::Vetoed && is_refused(&error));
        assert_eq!((log.count("base"), log.count("-base"), log.count("drop")), (run, run, run));
        assert!(!scope.is_cached::<base>());
        assert_eq!(log.count("c after resolve base: success"), run);
        assert_eq!(log.count("a after resolve base: failed"), run);
    }
    let lines = log.take();
    let at = |line: &str| lines.iter().position(|other| other == line).unwrap();
    assert!(at("-base") < at("drop"));
    scope.dispose().unwrap();
    drop(scope);
    assert_eq!((log.count("-base"), log.count("drop")), (2, 2));

    let log = Log::new();
    let scope = between(&log, fails_after(Resolve, "level"));
    assert!(is_refused(&scope.get::<level>().unwrap_err()));
    assert_eq!((log.count("level"), log.count("-level")), (1, 1));
    assert!(!scope.is_cached::<level>());
    scope.dispose().unwrap();
    assert_eq!(log.count("-level"), 1);
}

#[test]
fn section_3_4_a_failure_after_a_flow_discards_its_output() {
    #[flow]
    fn yields(log: Tag<Log>) -> Counted {
        Counted(1, log.clone())
    }
    let log = Log::new();
    let scope = between(&log, fails_after(Execute, "yields"));
    let Err(FlowError::Extension(error)) = scope.exec(yields()) else { panic!() };
    assert_eq!(error.downcast_ref(), Some(&Refused(7)));
    assert_eq!(log.count("drop"), 1);
    assert_eq!(log.count("c after execute yields: success"), 1);
    assert_eq!(log.count("a error execute yields: refused 7"), 1);
}

/// What has changed has changed: the failure is told to those further out.
#[test]
fn section_3_4_a_failure_after_a_change_does_not_undo_it() {
    let log = Log::new();
    let scope = between(&log, fails_after(Update, "level"));
    let _ = scope.update::<level>(5);
    assert_eq!(*scope.get::<level>().unwrap(), 5);
    assert_eq!(log.count("a error update level: refused 7"), 1);
    assert_eq!(log.count("a after update level: failed"), 1);
    let scope = between(&log, fails_after(Release, "level"));
    scope.update::<level>(5).unwrap();
    let _ = scope.release::<level>();
    assert!(!scope.is_cached::<level>());
    assert_eq!(log.count("a error release level: refused 7"), 1);
}

#[executor]
fn broken() -> Result<u32, std::num::ParseIntError> {
    "x".parse()
}

/// A failure stays what it is, whether an extension drops it or puts another in its place.
#[test]
fn section_3_4_a_failure_cannot_be_swallowed() {
    let swallows = || {
        Spy::new("b", &Log::new()).wrap(|_, next| {
            let _ = next.run();
            Ok(())
        })
    };
    let replaces = || Spy::new("b", &Log::new()).wrap(|_, next| next.run().or_else(|_| refused()));
    for make in [swallows as fn() -> Spy, replaces] {
        let log = Log::new();
        let scope = between(&log, make());
        assert!(matches!(scope.exec(work(0)), Err(FlowError::Failed(error)) if error == "zero"));
        assert!(matches!(scope.exec(around(0)), Err(FlowError::Failed(error)) if error == "zero"));
        let error = scope.get::<broken>().unwrap_err();
        assert_eq!(error.kind(), ResolveErrorKind::Failed);
        assert!(error.source().unwrap().is::<std::num::ParseIntError>());
        assert!(!scope.is_cached::<broken>());
        // Those further out are told of it, too.
        assert_eq!(log.count("a error execute work: zero"), 2);
        assert_eq!(log.count("a after execute work: failed"), 2);
        assert_eq!(log.count("a after resolve broken: failed"), 1);
        // What goes well, goes well.
        assert_eq!(scope.exec(around(2)).unwrap(), 2);
    }
    // Nor what another extension refused.
    let log = Log::new();
    let builder = log.builder().extension(swallows());
    let scope = builder.extension(Spy::new("c", &log).before(|_| refused())).build().unwrap();
    assert!(is_refused(&scope.get::<base>().unwrap_err()));
    assert!(matches!(scope.update::<level>(1), Err(ScopeError::Vetoed(_))));
    let Err(FlowError::Extension(error)) = scope.exec(work(1)) else { panic!() };
    assert_eq!(error.downcast_ref(), Some(&Refused(7)));
    assert_eq!((log.count("base"), log.count("work")), (0, 0));
}

/// `Ok(())` without a run is an error that says who did it.
#[test]
fn section_3_4_neither_run_nor_answered() {
    let log = Log::new();
    let spy = Spy::new("idler", &Log::new()).wrap(|_, _next| Ok(()));
    let scope = between(&log, spy);
    let text = |what: &str| format!("the extension `idler` neither ran nor answered `{what}`");
    let Err(FlowError::Extension(error)) = scope.exec(work(1)) else { panic!() };
    assert_eq!(error.to_string(), text("work"));
    let error = scope.get::<base>().unwrap_err();
    assert_eq!(error.kind(), ResolveErrorKind::Vetoed);
    assert_eq!(error.source().unwrap().to_string(), text("base"));
    let error = scope.update::<level>(1).unwrap_err();
    assert!(matches!(error, ScopeError::Vetoed(_)) && error.to_string() == text("level"));
    let error = scope.release::<level>().unwrap_err();
    assert!(matches!(error, ScopeError::Vetoed(_)) && error.to_string() == text("level"));
    assert_eq!((log.count("work"), log.count("base")), (0, 0));
    assert_eq!(log.count(&format!("a error execute work: {}", text("work"))), 1);
}

/// A panic in a hook is an error of the operation where it can be, and harms nothing
/// where it is over.
#[test]
fn section_3_4_hooks_that_panic() {
    let said = "the extension `b` panicked: hook";
    let before = Spy::new("b", &Log::new()).before(|_| panic!("hook"));
    let wrap = Spy::new("b", &Log::new()).wrap(|_, _| panic!("hook"));
    let wrap_after = Spy::new("b", &Log::new()).wrap(|_, next| {
        next.run()?;
        panic!("hook")
    });
    for (spy, runs) in [(before, 0), (wrap, 0), (wrap_after, 1)] {
        let log = Log::new();
        let scope = between(&log, spy);
        let Err(FlowError::Extension(error)) = scope.exec(work(1)) else { panic!() };
        assert_eq!((error.to_string().as_str(), log.count("work")), (said, runs));
        let error = scope.get::<base>().unwrap_err();
        assert_eq!(error.kind(), ResolveErrorKind::Vetoed);
        assert_eq!(error.source().unwrap().to_string(), said);
        assert_eq!((log.count("base"), log.count("-base"), log.count("drop")), (runs, runs, runs));
        assert_eq!(log.count(&format!("a error execute work: {said}")), 1);
        scope.dispose().unwrap();
    }
    let after = Spy::new("b", &Log::new()).after(|_, _| panic!("hook"));
    let on_error = Spy::new("b", &Log::new()).on_error(|_, _| panic!("hook"));
    for spy in [after, on_error] {
        let log = Log::new();
        let scope = between(&log, spy);
        assert_eq!(scope.exec(work(1)).unwrap(), 1);
        assert_eq!(scope.get::<base>().unwrap().0, 1);
        assert!(matches!(scope.exec(work(0)), Err(FlowError::Failed(error)) if error == "zero"));
        assert_eq!(log.count("a after execute work: success"), 1);
        assert_eq!(log.count("a after execute work: failed"), 1);
        scope.dispose().unwrap();
    }
}
