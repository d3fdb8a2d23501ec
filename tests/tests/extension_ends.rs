//! Section 3.4, rules 18 and 19, parity 16, 17 and 36: how extensions are set up and
//! disposed, and what they hear of cleanups.

use std::error::Error;
use std::fmt;

use pumped::error::{BuildProblem, DisposeError, ResolveErrorKind};
use pumped::prelude::*;
use pumped_tests::Log;
use pumped_tests::spy::Spy;

#[derive(Debug, PartialEq)]
struct Trouble(&'static str);

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl Error for Trouble {}

#[executor(meta("of the pool"))]
fn pool(log: Tag<Log>, cx: &ResolveCtx<'_>) -> u32 {
    let cleaned = log.clone();
    cx.on_cleanup(move || {
        cleaned.note("-pool");
        Err::<(), _>(Trouble("not closed"))
    });
    1
}

#[executor(mutable)]
fn level(cx: &ResolveCtx<'_>) -> u32 {
    cx.on_cleanup(|| panic!("level stuck"));
    1
}

#[flow]
fn ping() -> u32 {
    1
}

/// Parity 16: `init` from the outside in; an error is a `BuildError`, and those that were
/// set up before are disposed, the last registered first.
#[test]
fn parity_16_an_extension_that_cannot_be_set_up() {
    let log = Log::new();
    let fails = Spy::new("fails", &log).order(5).init(|_| Err(Trouble("no port").into()));
    let panics = Spy::new("panics", &log).order(5).init(|_| panic!("no memory"));
    for (spy, name, said) in [
        (fails, "fails", "no port"),
        (panics, "panics", "the extension `panics` panicked: no memory"),
    ] {
        let builder = log.builder().extension(Spy::new("late", &log));
        let builder = builder.extension(Spy::new("two", &log).order(2)).extension(spy);
        let error = builder.extension(Spy::new("one", &log).order(1)).build().unwrap_err();
        let problem = BuildProblem::Extension { extension: name.into(), error: said.into() };
        assert_eq!(error.problems(), [problem]);
        assert!(error.to_string().contains(&format!("`{name}` could not be set up: {said}")));
        let init = format!("{name} init");
        assert_eq!(log.take(), ["one init", "two init", &init, "one dispose", "two dispose"]);
    }
    // Of a scope that cannot be built for another reason nothing is set up.
    let twice = log.builder().preset::<pool>(1).preset::<pool>(2);
    assert!(twice.extension(Spy::new("a", &log)).build().is_err());
    assert!(log.take().is_empty());
}

/// In `init` the scope can be used.
#[test]
fn parity_16_the_scope_in_init() {
    let log = Log::new();
    let uses = Spy::new("b", &log).init(|scope| {
        scope.update::<level>(5)?;
        assert_eq!(scope.exec(ping()).map_err(|error| error.to_string())?, 1);
        Ok(())
    });
    let scope = log.builder().extension(uses).build().unwrap();
    assert_eq!(*scope.get::<level>().unwrap(), 5);
}

/// Parity 17, rule 19: after all cleanups, the last registered first whatever their order,
/// once; the scope is over by then.
#[test]
fn rule_19_extensions_are_disposed_last_and_in_reverse() {
    for by_drop in [false, true] {
        let log = Log::new();
        let is_over = Spy::new("b", &log).order(-1).dispose(|scope| {
            assert_eq!(scope.get::<pool>().unwrap_err().kind(), ResolveErrorKind::Disposed);
            assert!(matches!(scope.exec(ping()), Err(FlowError::Disposed)));
            Ok(())
        });
        let quiet = Spy::new("c", &log).order(500).on_cleanup_error(|_| true);
        let builder = log.builder().extension(Spy::new("a", &log));
        let scope = builder.extension(is_over).extension(quiet).build().unwrap();
        scope.get::<pool>().unwrap();
        let _ = log.take();
        if by_drop {
            let other = scope.clone();
            drop(scope);
            assert!(log.lines().is_empty());
            drop(other);
        } else {
            scope.dispose().unwrap();
            scope.dispose().unwrap();
            drop(scope);
        }
        let told = |name: &str| format!("{name} cleaning up `pool`: not closed");
        let ended = ["c dispose", "b dispose", "a dispose"].map(String::from);
        let expected: Vec<_> =
            [vec!["-pool".into(), told("b"), told("a"), told("c")], ended.to_vec()].concat();
        assert_eq!(log.take(), expected);
    }
}

/// No error is dropped, and none stops the others.
#[test]
fn rule_18_errors_of_disposing_are_collected() {
    let log = Log::new();
    let builder = log.builder().extension(Spy::new("a", &log));
    let builder =
        builder.extension(Spy::new("b", &log).dispose(|_| Err(Trouble("not flushed").into())));
    let builder = builder.extension(Spy::new("c", &log).dispose(|_| panic!("stuck")));
    let scope = builder.extension(Spy::new("d", &log)).build().unwrap();
    scope.get::<pool>().unwrap();
    scope.get::<level>().unwrap();
    let _ = log.take();
    let error = scope.dispose().unwrap_err();
    assert!(matches!(error, DisposeError::Extension { .. }));
    let executors: Vec<_> =
        error.errors().iter().map(pumped::error::CleanupError::executor).collect();
    assert_eq!(executors, ["level", "pool"]);
    let [c, b] = error.extensions() else { panic!("{error}") };
    assert_eq!((c.extension(), b.extension()), ("c", "b"));
    assert!(c.source().unwrap().to_string().contains("stuck"));
    assert_eq!(b.source().unwrap().downcast_ref(), Some(&Trouble("not flushed")));
    let text = error.to_string();
    assert!(text.contains("cleaning up `pool`: not closed"), "{text}");
    assert!(text.contains("disposing the extension `b`: not flushed"), "{text}");
    let ends: Vec<_> = log.take().into_iter().filter(|line| line.ends_with("dispose")).collect();
    assert_eq!(ends, ["d dispose", "c dispose", "b dispose", "a dispose"]);
    // Again: the same, and nobody is called.
    assert_eq!(scope.dispose().unwrap_err().to_string(), text);
    drop(scope);
    assert!(log.take().is_empty());
}

/// Rule 18, parity 36: who deals with the error of a cleanup, with the executor and its
/// `meta`; what nobody deals with is collected.
#[test]
fn rule_18_errors_of_cleanups_are_dealt_with_or_collected() {
    let log = Log::new();
    let panics = Spy::new("a", &log).on_cleanup_error(|_| panic!("cannot deal with it"));
    let deals = Spy::new("b", &log).on_cleanup_error(|error| {
        if error.executor() != "pool" {
            return false;
        }
        assert_eq!(error.node().meta::<&str>(), Some(&"of the pool"));
        assert_eq!(error.source().unwrap().downcast_ref(), Some(&Trouble("not closed")));
        true
    });
    let builder = log.builder().extension(panics).extension(deals);
    let scope = builder.extension(Spy::new("c", &log)).build().unwrap();
    scope.get::<pool>().unwrap();
    scope.get::<level>().unwrap();
    // Of a replaced value: at once, and the update goes well.
    scope.update::<level>(2).unwrap();
    let stuck = log.lines().iter().filter(|line| line.contains("level stuck")).count();
    assert_eq!(stuck, 3);
    let error = scope.dispose().unwrap_err();
    let [left] = error.errors() else { panic!("{error}") };
    assert_eq!((left.executor(), error.extensions().len()), ("level", 0));
    // Who is further in does not hear of what was dealt with.
    assert_eq!(log.count("b cleaning up `pool`: not closed"), 1);
    assert_eq!(log.count("c cleaning up `pool`: not closed"), 0);
}

/// Cleanups of what a failed build had registered are told of as well.
#[test]
fn rule_2_errors_of_the_cleanups_of_a_failed_build() {
    #[executor]
    fn fails(cx: &ResolveCtx<'_>) -> Result<u32, Trouble> {
        cx.on_cleanup(|| Err::<(), _>(Trouble("half open")));
        Err(Trouble("no build"))
    }
    let log = Log::new();
    let spy = Spy::new("a", &log).on_cleanup_error(|_| true);
    let scope = log.builder().extension(spy).build().unwrap();
    assert!(scope.get::<fails>().is_err());
    assert_eq!(log.count("a cleaning up `fails`: half open"), 1);
    scope.dispose().unwrap();
}

/// Rule 19: from inside a hook of an operation it would wait for itself.
#[test]
fn rule_19_dispose_from_a_hook_is_nested() {
    let _watchdog = pumped_tests::Watchdog::start();
    let log = Log::new();
    let seen = log.clone();
    let spy = Spy::new("a", &Log::new()).before(move |operation| {
        let scope = operation.execution().unwrap().scope();
        seen.note(format!("{:?}", scope.dispose()));
        Ok(())
    });
    let scope = log.builder().extension(spy).build().unwrap();
    assert_eq!(scope.exec(ping()).unwrap(), 1);
    assert_eq!(log.take(), ["Err(Nested)"]);
    scope.dispose().unwrap();
}

/// What an extension asks for while it is set up or disposed, or told of a cleanup, is
/// its own doing: it is not shown to it.
#[test]
fn section_3_4_own_doings_outside_of_operations() {
    let log = Log::new();
    let of_scope = std::sync::Arc::new(std::sync::OnceLock::<pumped::WeakScope>::new());
    let set = of_scope.clone();
    let spy = Spy::new("b", &log)
        .init(move |scope| {
            set.set(scope.downgrade()).map_err(|_| "set up twice")?;
            Ok(scope.update::<level>(5)?)
        })
        .on_cleanup_error(move |_| {
            let scope = of_scope.get().and_then(pumped::WeakScope::upgrade).unwrap();
            assert_eq!(scope.exec(ping()).unwrap(), 1);
            true
        });
    let scope = log.builder().extension(Spy::new("a", &log)).extension(spy).build().unwrap();
    assert_eq!((log.count("a before update level"), log.count("b before update level")), (1, 0));
    scope.reload::<level>().unwrap();
    scope.release::<level>().unwrap();
    assert_eq!((log.count("a before execute ping"), log.count("b before execute ping")), (1, 0));
}

/// Rule 19: nothing begins in a cleanup that `dispose` runs, nor while extensions are
/// disposed.
#[test]
fn rule_19_no_execution_begins_in_the_end() {
    #[flow]
    fn noted(log: Tag<Log>) {
        log.note("ran");
    }
    #[executor]
    fn closes(of: Tag<OfScope>, cx: &ResolveCtx<'_>) {
        let of = of.clone();
        cx.on_cleanup(move || {
            let scope = of.get().and_then(pumped::WeakScope::upgrade).unwrap();
            assert!(matches!(scope.exec(noted()), Err(FlowError::Disposed)));
        });
    }
    type OfScope = std::sync::Arc<std::sync::OnceLock<pumped::WeakScope>>;
    let of_scope = OfScope::default();
    let log = Log::new();
    let spy = Spy::new("a", &log).dispose(|scope| {
        assert!(matches!(scope.exec(noted()), Err(FlowError::Disposed)));
        Ok(())
    });
    let scope = log.builder().tag(of_scope.clone()).extension(spy).build().unwrap();
    of_scope.set(scope.downgrade()).unwrap();
    scope.get::<closes>().unwrap();
    scope.dispose().unwrap();
    assert_eq!((log.count("ran"), log.count("a dispose")), (0, 1));
}

/// An extension that disposes the scope it is set up for, or keeps it, harms nothing.
#[test]
fn parity_16_an_extension_that_ends_its_scope() {
    let _watchdog = pumped_tests::Watchdog::start();
    let log = Log::new();
    let spy = Spy::new("a", &log).dispose(|scope| {
        // It is being disposed: to wait for it would be to wait for itself.
        assert!(scope.dispose().is_err());
        let _kept = scope.clone();
        Ok(())
    });
    let scope = log.builder().extension(spy).build().unwrap();
    scope.dispose().unwrap();
    drop(scope);
    assert_eq!(log.take(), ["a init", "a dispose"]);
}
