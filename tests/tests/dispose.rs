//! Rule 19: how a scope ends when it is told to.

use std::sync::Barrier;
use std::thread;

use pumped::error::{DisposeError, ResolveErrorKind, ScopeError};
use pumped::prelude::*;
use pumped_tests::live::{self, Trace, watchdog};

#[executor]
fn fixed(cx: &ResolveCtx<'_>) -> Result<u32, String> {
    live::tracked(cx)?;
    Ok(1)
}

/// Without a cleanup: whoever waits for a `dispose` to begin looks at it.
#[executor]
fn idle() {}

#[executor]
fn late(cx: &ResolveCtx<'_>) -> Result<u32, String> {
    live::tracked(cx)?;
    Ok(10)
}

#[executor(mutable)]
fn source(cx: &ResolveCtx<'_>) -> Result<u32, String> {
    live::tracked(cx)?;
    Ok(100)
}

#[executor]
fn derived(source: Reactive<source>, cx: &ResolveCtx<'_>) -> Result<u32, String> {
    live::tracked(cx)?;
    Ok(*source + 1)
}

/// Resolves more while it is built.
#[executor]
fn slow(
    fixed: Dep<fixed>,
    late: Lazy<late>,
    derived: Controller<derived>,
    source: Controller<source>,
    cx: &ResolveCtx<'_>,
) -> Result<u32, String> {
    live::tracked(cx)?;
    let late = late.get().map_err(|error| error.to_string())?;
    source.update(200).map_err(|error| error.to_string())?;
    let derived = derived.get().map_err(|error| error.to_string())?;
    Ok(*fixed + *late + *derived)
}

#[executor(mutable)]
fn slow_live(slow: Dep<slow>, cx: &ResolveCtx<'_>) -> Result<u32, String> {
    live::tracked(cx)?;
    Ok(*slow)
}

#[executor]
fn handles(lazy: Lazy<late>, source: Controller<source>) -> (Lazy<late>, Controller<source>) {
    (lazy, source)
}

fn is_disposed<T>(result: Result<T, ResolveError>) -> bool {
    result.is_err_and(|error| error.kind() == ResolveErrorKind::Disposed)
}

fn is_refused<T>(result: &Result<T, ScopeError>) -> bool {
    matches!(result, Err(ScopeError::Disposed))
}

/// Waits until a `dispose` on another thread has begun. Bounded by the watchdog.
fn until_refused(scope: &Scope) {
    while !is_disposed(scope.get::<idle>()) {
        thread::yield_now();
    }
}

fn check_closed(scope: &Scope) {
    assert!(is_disposed(scope.get::<fixed>()) && is_disposed(scope.get::<derived>()));
    assert!(is_disposed(scope.dep::<late>()) && is_disposed(scope.dep::<source>()));
    assert!(is_refused(&scope.update::<source>(1)));
    assert!(is_refused(&scope.modify::<source>(|_| unreachable!("nothing to modify"))));
    assert!(is_refused(&scope.release::<source>()) && is_refused(&scope.release::<derived>()));
    assert!(is_refused(&scope.reload::<derived>()));
    assert!(scope.peek::<fixed>().is_none() && scope.peek::<source>().is_none());
    assert!(!scope.is_cached::<fixed>() && !scope.is_cached::<source>());
}

/// After it, everything returns `Disposed`, by every way, and nothing runs.
#[test]
fn afterwards_everything_is_refused() {
    let trace = Trace::new();
    let scope = trace.scope();
    let (lazy, source) = scope.get::<handles>().unwrap().into_inner();
    scope.get::<derived>().unwrap();
    scope.get::<fixed>().unwrap();
    scope.dispose().unwrap();
    let runs = trace.all_runs();
    check_closed(&scope);
    check_closed(&scope.clone());
    check_closed(&scope.downgrade().upgrade().unwrap());
    assert!(is_disposed(lazy.get()) && is_disposed(source.get()));
    assert!(is_refused(&source.update(1)) && is_refused(&source.modify(|now| *now)));
    assert!(is_refused(&source.release()) && is_refused(&source.reload()));
    assert!(source.peek().is_none() && !source.is_cached());
    assert_eq!(trace.all_runs(), runs);
}

/// An empty scope can be disposed, and then it is.
#[test]
fn an_unused_scope_can_be_disposed() {
    let trace = Trace::new();
    let scope = trace.scope();
    scope.dispose().unwrap();
    check_closed(&scope);
    assert_eq!(trace.all_runs(), 0);
}

/// What is held stays readable, and is what it was.
#[test]
fn held_values_stay_readable() {
    let trace = Trace::new();
    let scope = trace.scope();
    let (fixed_ref, derived_ref) = (scope.get::<fixed>().unwrap(), scope.get::<derived>().unwrap());
    let source_dep = scope.dep::<source>().unwrap();
    scope.dispose().unwrap();
    assert_eq!((*fixed_ref, *derived_ref, *source_dep), (1, 101, 100));
    assert_eq!(trace.take(), ["-derived#1", "-source#1", "-fixed#1"]);
}

/// Two callers at once: one disposes, the other waits for it; both get the same result.
#[test]
fn a_second_caller_waits_for_the_first() {
    #[executor]
    fn closing(cx: &ResolveCtx<'_>) -> u32 {
        let trace = cx.tag::<Trace>().unwrap().clone();
        cx.on_cleanup(move || {
            trace.pass("closing");
            trace.note("closed");
            Err::<(), _>("not really")
        });
        1
    }
    let _watchdog = watchdog();
    let trace = Trace::new();
    let scope = trace.scope();
    scope.get::<closing>().unwrap();
    let gate = trace.gate("closing");
    let dispose = || {
        let error = scope.dispose().unwrap_err();
        (error.to_string(), trace.count("closed"))
    };
    thread::scope(|threads| {
        let first = threads.spawn(dispose);
        gate.reached();
        let others: Vec<_> = (0..3).map(|_| threads.spawn(dispose)).collect();
        assert!(is_disposed(scope.get::<fixed>()), "refused while it is being disposed");
        gate.open();
        let (error, closed) = first.join().unwrap();
        assert!(error.contains("not really") && closed == 1);
        for other in others {
            assert_eq!(other.join().unwrap(), (error.clone(), 1));
        }
    });
    assert_eq!(dispose().1, 1);
}

/// All callers of a race get the same, and everything is cleaned up once.
#[test]
fn many_callers_at_once() {
    let _watchdog = watchdog();
    for _ in 0..100 {
        let trace = Trace::new();
        let scope = trace.scope();
        scope.get::<slow_live>().unwrap();
        let start = Barrier::new(4);
        thread::scope(|threads| {
            for _ in 0..3 {
                threads.spawn(|| {
                    start.wait();
                    scope.dispose().unwrap();
                    check_closed(&scope);
                });
            }
            start.wait();
            // Either it comes first, or it is refused.
            if let Err(error) = scope.get::<derived>() {
                assert_eq!(error.kind(), ResolveErrorKind::Disposed);
            }
        });
        let mut lines = trace.take();
        lines.sort_unstable();
        lines.dedup();
        let runs: usize = ["fixed", "late", "source", "derived", "slow", "slow_live"]
            .map(|name| trace.runs(name))
            .iter()
            .sum();
        assert_eq!(lines.len(), runs, "each of them once: {lines:?}");
    }
}

/// A build in flight ends, resolves and updates what it needs, and its values are cleaned up.
#[test]
fn dispose_waits_for_a_build_in_flight() {
    let _watchdog = watchdog();
    let trace = Trace::new();
    let scope = trace.scope();
    scope.get::<derived>().unwrap();
    let gate = trace.gate("slow");
    thread::scope(|threads| {
        let reader = threads.spawn(|| *scope.get::<slow>().unwrap());
        gate.reached();
        let disposing = threads.spawn(|| {
            scope.dispose().unwrap();
            trace.take()
        });
        until_refused(&scope);
        assert!(is_disposed(scope.get::<late>()), "from outside nothing begins");
        assert!(is_disposed(scope.get::<derived>()), "and nothing is read");
        assert_eq!(trace.take(), Vec::<String>::new(), "nothing is cleaned up yet");
        gate.open();
        let lines = disposing.join().unwrap();
        let built = ["fixed", "late", "slow", "source", "derived"];
        for name in built {
            assert!(lines.iter().any(|line| line.starts_with(&format!("-{name}#"))), "{lines:?}");
        }
        let at = |line: &str| lines.iter().position(|other| other == line).unwrap();
        assert!(at("-slow#1") < at("-fixed#1"));
        assert_eq!(reader.join().unwrap(), 1 + 10 + 201);
    });
    assert_eq!([trace.runs("late"), trace.runs("slow"), trace.runs("derived")], [1, 1, 2]);
}

/// A build in flight that is live; and what was still to come above one: it may be made or
/// refused, but not hang, and not be left open.
#[test]
fn dispose_waits_for_live_builds_too() {
    let _watchdog = watchdog();
    for place in ["slow", "slow_live"] {
        let trace = Trace::new();
        let scope = trace.scope();
        let gate = trace.gate(place);
        thread::scope(|threads| {
            let reader = threads.spawn(|| scope.get::<slow_live>().map(|value| *value));
            gate.reached();
            let disposing = threads.spawn(|| scope.dispose());
            until_refused(&scope);
            gate.open();
            disposing.join().unwrap().unwrap();
            match reader.join().unwrap() {
                Ok(value) => assert_eq!(value, 1 + 10 + 201),
                Err(error) => {
                    assert_eq!((error.kind(), place), (ResolveErrorKind::Disposed, "slow"));
                }
            }
        });
        let lines = trace.take();
        assert_eq!(lines.len(), trace.all_runs(), "{lines:?}");
    }
}

/// So does a `modify` in flight: it is waited for, and counts.
#[test]
fn dispose_waits_for_a_modify_in_flight() {
    let _watchdog = watchdog();
    let trace = Trace::new();
    let scope = trace.scope();
    let held = scope.dep::<source>().unwrap();
    let gate = trace.gate("modify");
    let change = |now: &u32| {
        trace.pass("modify");
        now + *scope.get::<late>().unwrap()
    };
    thread::scope(|threads| {
        let writer = threads.spawn(|| scope.modify::<source>(change));
        gate.reached();
        let disposing = threads.spawn(|| scope.dispose());
        until_refused(&scope);
        assert_eq!(trace.take(), Vec::<String>::new());
        gate.open();
        writer.join().unwrap().unwrap();
        disposing.join().unwrap().unwrap();
    });
    assert_eq!((*held, trace.runs("late")), (100, 1));
    let mut lines = trace.take();
    lines.sort_unstable();
    assert_eq!(lines, ["-late#1", "-source#1"]);
}

/// What a build, a cleanup, a comparison or a change of the scope does to it.
fn nested(scope: &WeakScopeTag, trace: &Trace) {
    let result = scope.upgrade().map(|scope| scope.dispose());
    match result {
        Some(Err(DisposeError::Nested)) => trace.note("nested"),
        other => trace.note(format!("{other:?}")),
    }
}

type WeakScopeTag = pumped::WeakScope;

struct Compared(WeakScopeTag, Trace);

impl PartialEq for Compared {
    fn eq(&self, _: &Self) -> bool {
        nested(&self.0, &self.1);
        false
    }
}

#[executor(mutable)]
fn impatient(cx: &ResolveCtx<'_>) -> u32 {
    let (scope, trace) = (cx.scope(), cx.tag::<Trace>().unwrap().clone());
    nested(&scope, &trace);
    cx.on_cleanup(move || nested(&scope, &trace));
    1
}

#[executor(mutable, eq)]
fn compared(source: Reactive<source>, cx: &ResolveCtx<'_>) -> Compared {
    let _ = *source;
    Compared(cx.scope(), cx.tag::<Trace>().unwrap().clone())
}

/// From inside, disposing is an error, and disposes nothing.
#[test]
fn disposing_from_inside_is_an_error() {
    let _watchdog = watchdog();
    let trace = Trace::new();
    let scope = trace.scope();
    scope.get::<impatient>().unwrap();
    assert_eq!(trace.take(), ["nested"], "a build");
    scope.release::<impatient>().unwrap();
    assert_eq!(trace.take(), ["nested"], "a cleanup");
    scope
        .modify::<source>(|now| {
            nested(&scope.downgrade(), &trace);
            now + 1
        })
        .unwrap();
    assert_eq!(trace.take(), ["nested", "-source#1"], "a change");
    scope.get::<compared>().unwrap();
    scope.update::<source>(1).unwrap();
    scope.get::<compared>().unwrap();
    assert_eq!(trace.take(), ["nested"], "a comparison of a rebuild");
    scope.update::<compared>(Compared(scope.downgrade(), trace.clone())).unwrap();
    assert_eq!(trace.take(), ["nested"], "a comparison of an update");
    assert_eq!(*scope.get::<impatient>().unwrap(), 1, "the scope is as open as before");
    trace.take().clear();
    scope.dispose().unwrap();
    assert_eq!(trace.take(), ["nested"], "a cleanup within `dispose`");
    check_closed(&scope);
}

/// Another scope's build may dispose this one.
#[test]
fn disposing_another_scope_from_inside_is_fine() {
    struct Other(Scope);
    #[executor]
    fn outer(other: Tag<Other>) -> u32 {
        let value = *other.0.get::<derived>().unwrap();
        other.0.dispose().unwrap();
        value
    }
    let inner = Trace::new();
    let scope = Scope::builder().tag(Other(inner.scope())).build().unwrap();
    assert_eq!(*scope.get::<outer>().unwrap(), 101);
    assert_eq!(inner.take(), ["-derived#1", "-source#1"]);
}
