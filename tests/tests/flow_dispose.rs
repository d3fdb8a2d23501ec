//! Rule 19 with flows: what is running ends, and may still do what it needs; nothing new
//! begins.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

use pumped::error::{DisposeError, ResolveErrorKind};
use pumped::prelude::*;
use pumped_tests::live::{self, Trace, watchdog};
use pumped_tests::{Tid, together};

/// Without a cleanup: whoever waits for a `dispose` to begin looks at it.
#[executor]
fn idle() {}

#[executor]
fn late(cx: &ResolveCtx<'_>) -> Result<usize, String> {
    live::tracked(cx)
}

#[executor(mutable)]
fn source(cx: &ResolveCtx<'_>) -> Result<usize, String> {
    live::tracked(cx)
}

#[executor]
fn derived(source: Reactive<source>, cx: &ResolveCtx<'_>) -> Result<usize, String> {
    live::tracked(cx)?;
    Ok(*source * 10)
}

#[flow]
fn simple() -> u32 {
    1
}

#[flow]
fn takes(late: Ref<'_, late>, derived: Dep<derived>, source: Ref<'_, source>) -> usize {
    *late + *derived + *source
}

/// Goes on when it is let, and then still does everything that a flow can do.
#[flow]
fn long(trace: Tag<Trace>, lazy: Lazy<late>, cx: &ExecutionCtx<'_>) -> Result<usize, Fault> {
    trace.pass("long");
    cx.set(3_u8);
    let direct = cx.exec(takes())?;
    let nested_root = cx.scope().exec(takes())?;
    let named = cx.scope().context().name("named").tag(4_u8).exec(takes())?;
    cx.scope().update::<source>(2).unwrap();
    assert_eq!(*cx.scope().get::<derived>().unwrap(), 20);
    // Also children that run on threads of their own.
    let children = thread::scope(|threads| {
        let children = [(); 2].map(|()| threads.spawn(|| cx.exec(takes()).unwrap()));
        children.map(|child| child.join().unwrap())
    });
    assert_eq!(children, [23, 23]);
    trace.note("ended");
    Ok(direct + nested_root + named + *lazy.get()?)
}

/// Waits until a `dispose` on another thread has begun. Bounded by the watchdog.
fn until_refused(scope: &Scope) {
    while scope.get::<idle>().is_ok() {
        thread::yield_now();
    }
}

#[test]
fn rule_19_dispose_waits_for_running_executions() {
    let _watchdog = watchdog();
    let trace = Trace::new();
    let scope = trace.scope();
    let gate = trace.gate("long");
    let (send, tid) = mpsc::channel();
    thread::scope(|threads| {
        let running = threads.spawn(|| scope.call(long()).unwrap());
        gate.reached();
        let disposing = threads.spawn(|| {
            send.send(Tid::current()).unwrap();
            let result = scope.dispose();
            trace.note("disposed");
            result
        });
        let tid = tid.recv().unwrap();
        until_refused(&scope);
        Tid::until_blocked(&[tid]);
        assert!(!disposing.is_finished());
        // Nothing begins from outside.
        assert!(matches!(scope.exec(simple()), Err(FlowError::Disposed)));
        assert!(matches!(scope.call(simple()), Err(Fault::Disposed)));
        assert!(matches!(scope.context().tag(1_u8).exec(takes()), Err(FlowError::Disposed)));
        assert_eq!(trace.all_runs(), 0);
        gate.open();
        assert_eq!(running.join().unwrap(), 12 * 3 + 1);
        disposing.join().unwrap().unwrap();
    });
    // Each was built for the executions, cleaned up, and not before they had ended.
    let lines = trace.take();
    let at = |line: &str| lines.iter().position(|other| other == line).expect(line);
    assert!(at("ended") < at("-late#1"), "{lines:?}");
    assert!(at("-derived#2") < at("disposed") && at("-late#1") < at("disposed"), "{lines:?}");
    assert_eq!(trace.runs("late"), 1);
    assert!(matches!(scope.exec(simple()), Err(FlowError::Disposed)));
    scope.dispose().unwrap();
}

/// Several at once, and every one is waited for.
#[test]
fn rule_19_dispose_waits_for_all_of_them() {
    static RUNNING: AtomicUsize = AtomicUsize::new(0);
    #[flow]
    fn counted(cx: &ExecutionCtx<'_>) -> usize {
        RUNNING.fetch_add(1, Ordering::SeqCst);
        let seen = cx.exec(takes()).unwrap() + cx.scope().exec(takes()).unwrap();
        RUNNING.fetch_sub(1, Ordering::SeqCst);
        seen
    }
    for _ in 0..50 {
        let trace = Trace::new();
        let scope = trace.scope();
        together(4, |thread| {
            if thread == 3 {
                scope.dispose().unwrap();
                assert_eq!(RUNNING.load(Ordering::SeqCst), 0, "an execution runs on");
                let (late, derived) = (trace.count("-late#1"), trace.count("-derived#1"));
                assert_eq!((late, derived), (trace.runs("late"), trace.runs("derived")));
                return;
            }
            loop {
                match scope.exec(counted()) {
                    Ok(seen) => assert_eq!(seen, 24),
                    Err(FlowError::Disposed) => break,
                    Err(other) => panic!("{other}"),
                }
            }
            assert!(matches!(scope.exec(counted()), Err(FlowError::Disposed)));
        });
    }
}

#[flow]
fn disposes(cx: &ExecutionCtx<'_>) -> Result<(), DisposeError> {
    cx.scope().dispose()
}

#[flow]
fn disposes_below(cx: &ExecutionCtx<'_>) -> bool {
    let below = cx.exec(disposes()).unwrap_err();
    let root = cx.scope().exec(disposes()).unwrap_err();
    let nested =
        [below, root].iter().all(|error| matches!(error, FlowError::Failed(DisposeError::Nested)));
    nested && cx.scope().get::<late>().is_ok()
}

/// It would wait for itself.
#[test]
fn rule_19_dispose_from_inside_an_execution_is_nested() {
    let _watchdog = watchdog();
    let trace = Trace::new();
    let scope = trace.scope();
    let error = scope.exec(disposes()).unwrap_err();
    assert!(matches!(error, FlowError::Failed(DisposeError::Nested)));
    assert!(error.to_string().contains("from inside its own execution"), "{error}");
    assert!(scope.exec(disposes_below()).unwrap());
    // Another scope can be.
    #[flow]
    fn disposes_another(#[input] other: &Scope) -> Result<(), DisposeError> {
        other.dispose()
    }
    scope.exec(disposes_another(&Scope::new())).unwrap();
    // A preset stands in an execution, too.
    let preset = simple::preset_with(|cx| {
        assert!(matches!(cx.scope().dispose(), Err(DisposeError::Nested)));
        Ok(2)
    });
    let replaced = Scope::builder().preset_flow(preset).build().unwrap();
    assert_eq!(replaced.exec(simple()).unwrap(), 2);
    assert_eq!(scope.exec(simple()).unwrap(), 1);
    scope.dispose().unwrap();
    assert_eq!(trace.take(), ["-late#1"]);
}

/// However an execution ends, `dispose` does not wait for it any more.
#[test]
fn rule_19_nothing_is_left_of_executions_that_failed() {
    #[flow]
    fn panics() -> u32 {
        panic!("boom")
    }
    #[flow]
    fn endless(cx: &ExecutionCtx<'_>) -> Result<u32, Fault> {
        cx.scope().call(endless()).map_err(|_| Fault::TooDeep)
    }
    struct Missing;
    #[flow]
    fn missing(_missing: Tag<Missing>) {}
    let _watchdog = watchdog();
    let scope = Scope::builder().history(2).build().unwrap();
    assert!(scope.exec(panics()).is_err());
    assert!(scope.exec(endless()).is_err());
    assert!(scope.exec(missing()).is_err());
    scope.dispose().unwrap();
    // The history can be read at any time: parity 18.
    assert_eq!(scope.executions().roots().len(), 2);
    assert!(matches!(scope.exec(simple()), Err(FlowError::Disposed)));
    assert_eq!(scope.executions().roots().len(), 2);
}

/// Two who dispose wait for the same execution, and get the same result.
#[test]
fn rule_19_two_dispose_beside_an_execution() {
    #[executor]
    fn fails(cx: &ResolveCtx<'_>) -> u32 {
        cx.on_cleanup(|| Err::<(), _>(std::io::Error::other("not closed")));
        1
    }
    #[flow]
    fn builds_late(trace: Tag<Trace>, cx: &ExecutionCtx<'_>) -> u32 {
        trace.pass("builds_late");
        *cx.scope().get::<fails>().unwrap()
    }
    let _watchdog = watchdog();
    let trace = Trace::new();
    let scope = trace.scope();
    let gate = trace.gate("builds_late");
    thread::scope(|threads| {
        let running = threads.spawn(|| scope.exec(builds_late()).unwrap());
        gate.reached();
        let disposing = [(); 2].map(|()| threads.spawn(|| scope.dispose().unwrap_err()));
        until_refused(&scope);
        gate.open();
        assert_eq!(running.join().unwrap(), 1);
        let errors = disposing.map(|thread| thread.join().unwrap());
        assert_eq!(errors[0].to_string(), errors[1].to_string());
        assert_eq!(errors[0].errors().len(), 1);
    });
    let error = scope.get::<fails>().unwrap_err();
    assert_eq!(error.kind(), ResolveErrorKind::Disposed);
}
