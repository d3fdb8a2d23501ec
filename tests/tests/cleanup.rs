//! Rules 16 and 17: whose cleanups run when, and in which order.

use std::sync::Mutex;
use std::thread;

use pumped::prelude::*;
use pumped_tests::live::{self, Trace, watchdog};

#[executor]
fn config(cx: &ResolveCtx<'_>) -> Result<u32, String> {
    live::tracked(cx)?;
    Ok(1)
}

#[executor(mutable)]
fn url(cx: &ResolveCtx<'_>) -> Result<u32, String> {
    live::tracked(cx)?;
    Ok(1)
}

/// Registers three cleanups, which run last first.
#[executor]
fn pool(url: Reactive<url>, config: Dep<config>, cx: &ResolveCtx<'_>) -> Result<u32, String> {
    let run = live::tracked(cx)?;
    live::note_cleanup(cx, format!("-pool#{run} second"));
    live::note_cleanup(cx, format!("-pool#{run} third"));
    Ok(*url + *config)
}

#[executor]
fn repository(pool: Reactive<pool>, cx: &ResolveCtx<'_>) -> Result<u32, String> {
    live::tracked(cx)?;
    Ok(*pool)
}

#[executor]
fn service(
    repository: Reactive<repository>,
    config: Dep<config>,
    cx: &ResolveCtx<'_>,
) -> Result<u32, String> {
    live::tracked(cx)?;
    Ok(*repository + *config)
}

/// Fixed, with a pool of its own time.
#[executor]
fn report(pool: Snapshot<pool>, cx: &ResolveCtx<'_>) -> Result<Snapshot<pool>, String> {
    live::tracked(cx)?;
    Ok(pool)
}

#[executor(eq)]
fn steady(url: Reactive<url>, cx: &ResolveCtx<'_>) -> Result<u32, String> {
    live::tracked(cx)?;
    Ok(*url / 100)
}

const POOL_1: [&str; 3] = ["-pool#1 third", "-pool#1 second", "-pool#1"];

/// Rule 17, parity B10 and B22: dependents first, and last first within one.
#[test]
fn dispose_cleans_up_dependents_first() {
    for _ in 0..20 {
        let trace = Trace::new();
        let scope = trace.scope();
        scope.get::<service>().unwrap();
        scope.get::<report>().unwrap();
        scope.dispose().unwrap();
        let [a, b, c] = POOL_1;
        let order = ["-report#1", "-service#1", "-repository#1", a, b, c, "-config#1", "-url#1"];
        let lines = trace.take();
        // `config` and `url` do not know each other; the one built last goes first.
        let last_two = if lines.ends_with(&["-url#1".into()]) {
            order
        } else {
            ["-report#1", "-service#1", "-repository#1", a, b, c, "-url#1", "-config#1"]
        };
        assert_eq!(lines, last_two);
        scope.dispose().unwrap();
        assert_eq!(trace.take(), Vec::<String>::new(), "exactly once");
    }
}

/// Rule 16, parity B3: going stale cleans up nothing; the cleanups run when the value is replaced,
/// and are those of the replaced value.
#[test]
fn a_replaced_value_is_cleaned_up_and_a_stale_one_is_not() {
    let trace = Trace::new();
    let scope = trace.scope();
    scope.get::<service>().unwrap();
    scope.update::<url>(2).unwrap();
    assert_eq!(trace.take(), Vec::<String>::new(), "the old pool still has the old url");
    // The old pool is kept by the old repository, and that by the old service.
    scope.get::<repository>().unwrap();
    assert_eq!(trace.take(), Vec::<String>::new());
    scope.get::<service>().unwrap();
    let [a, b, c] = POOL_1;
    assert_eq!(trace.take(), ["-service#1", "-repository#1", a, b, c, "-url#1"]);
    scope.dispose().unwrap();
    let rest = trace.take();
    assert_eq!(rest.len(), 6, "{rest:?}");
    assert_eq!(rest[..2], ["-service#2", "-repository#2"]);
    assert!(rest.iter().all(|line| !line.contains("#1") || line == "-config#1"), "{rest:?}");
}

/// Rule 16, parity B9: a release cleans up what it reaches, dependents first, and nothing else.
#[test]
fn a_release_cleans_up_what_it_reaches() {
    let trace = Trace::new();
    let scope = trace.scope();
    scope.get::<service>().unwrap();
    scope.release::<pool>().unwrap();
    let [a, b, c] = POOL_1;
    assert_eq!(trace.take(), ["-service#1", "-repository#1", a, b, c]);
    scope.release::<url>().unwrap();
    assert_eq!(trace.take(), ["-url#1"]);
    scope.get::<service>().unwrap();
    scope.release::<url>().unwrap();
    let lines = trace.take();
    let order =
        ["-service#2", "-repository#2", "-pool#2 third", "-pool#2 second", "-pool#2", "-url#2"];
    assert_eq!(lines, order);
    scope.dispose().unwrap();
    assert_eq!(trace.take(), ["-config#1"]);
}

/// Rules 16 and 17, parity B7: a `Ref` keeps the value, and all that it was built from.
#[test]
fn a_ref_keeps_what_it_reads() {
    let trace = Trace::new();
    let scope = trace.scope();
    let held = scope.get::<repository>().unwrap();
    scope.update::<url>(2).unwrap();
    scope.get::<repository>().unwrap();
    assert_eq!((*held, trace.take()), (2, vec![]));
    drop(held);
    let [a, b, c] = POOL_1;
    assert_eq!(trace.take(), ["-repository#1", a, b, c, "-url#1"]);
}

/// Rule 16: so does a `Dep`, on whatever thread its last clone ends.
#[test]
fn the_last_dep_cleans_up() {
    let trace = Trace::new();
    let scope = trace.scope();
    let held = scope.dep::<pool>().unwrap();
    let clone = held.clone();
    scope.release::<url>().unwrap();
    scope.get::<pool>().unwrap();
    drop(held);
    assert_eq!(trace.take(), Vec::<String>::new());
    thread::spawn(move || assert_eq!(*clone, 2)).join().unwrap();
    let [a, b, c] = POOL_1;
    assert_eq!(trace.take(), [a, b, c, "-url#1"]);
}

/// Rule 16, parity B12: a snapshot keeps its version open as long as its dependent lives, and
/// then the dependent goes first.
#[test]
fn a_snapshot_keeps_its_version() {
    let trace = Trace::new();
    let scope = trace.scope();
    let report = scope.get::<report>().unwrap();
    scope.update::<url>(2).unwrap();
    scope.get::<pool>().unwrap();
    assert_eq!((**report, trace.take()), (2, vec![]));
    scope.dispose().unwrap();
    let lines = trace.take();
    let at = |line: &str| lines.iter().position(|other| other == line).unwrap();
    assert!(at("-report#1") < at("-pool#1") && at("-pool#1") < at("-url#1"), "{lines:?}");
    assert!(at("-pool#2") < at("-config#1"), "{lines:?}");
    assert_eq!(lines.len(), 9, "{lines:?}");
}

/// Rule 16: a rebuild that turns out equal is discarded: its own cleanups run, the old value's do not.
#[test]
fn a_discarded_rebuild_cleans_up_after_itself() {
    let trace = Trace::new();
    let scope = trace.scope();
    scope.get::<steady>().unwrap();
    scope.update::<url>(2).unwrap();
    scope.get::<steady>().unwrap();
    assert_eq!(trace.take(), ["-steady#2"]);
    scope.update::<url>(300).unwrap();
    scope.get::<steady>().unwrap();
    assert_eq!(trace.take(), ["-steady#1", "-url#1"]);
    scope.dispose().unwrap();
    assert_eq!(trace.take(), ["-steady#3"]);
}

/// Rule 2, parity B11: the cleanups of a failed build run at once, last first; a panic is a failure.
#[test]
fn a_failed_build_cleans_up_at_once() {
    #[executor(mutable)]
    fn failing(pool: Reactive<pool>, cx: &ResolveCtx<'_>) -> Result<u32, String> {
        live::note_cleanup(cx, "first".into());
        live::note_cleanup(cx, "last".into());
        live::tracked(cx)?;
        Ok(*pool)
    }
    for switch in ["failing fails", "failing panics"] {
        let trace = Trace::new();
        let scope = trace.scope();
        scope.get::<failing>().unwrap();
        scope.update::<url>(2).unwrap();
        trace.on(switch);
        scope.get::<failing>().unwrap_err();
        assert_eq!(trace.take(), ["last", "first"], "its own, and not those of the old value");
        trace.off(switch);
        scope.get::<failing>().unwrap();
        assert_eq!(trace.take()[..3], ["-failing#1", "last", "first"]);
    }
}

#[executor(mutable)]
fn early(cx: &ResolveCtx<'_>) -> Result<u32, String> {
    live::tracked(cx)?;
    Ok(1)
}

#[executor]
fn lazy_server(early: Lazy<early>, cx: &ResolveCtx<'_>) -> Result<Lazy<early>, String> {
    live::tracked(cx)?;
    Ok(early)
}

#[executor]
fn controlling_server(
    early: Controller<early>,
    cx: &ResolveCtx<'_>,
) -> Result<Controller<early>, String> {
    live::tracked(cx)?;
    Ok(early)
}

/// Rule 17: lazy handles and controllers count as well: who may use a value until the end is
/// cleaned up before it, also if the value was built later.
#[test]
fn lazy_and_controller_edges_count() {
    let trace = Trace::new();
    let scope = trace.scope();
    assert_eq!(*scope.get::<lazy_server>().unwrap().get().unwrap(), 1);
    assert_eq!(*scope.get::<controlling_server>().unwrap().get().unwrap(), 1);
    scope.dispose().unwrap();
    assert_eq!(trace.take(), ["-controlling_server#1", "-lazy_server#1", "-early#1"]);
}

#[executor]
fn base(dependent: Controller<dependent>, cx: &ResolveCtx<'_>) -> Result<u32, String> {
    live::tracked(cx)?;
    drop(dependent);
    Ok(1)
}

#[executor]
fn dependent(base: Dep<base>, cx: &ResolveCtx<'_>) -> Result<u32, String> {
    live::tracked(cx)?;
    Ok(*base)
}

/// Rule 17: where they would close a circle, the stronger edges bind.
#[test]
fn a_controller_back_up_does_not_turn_the_order_round() {
    let trace = Trace::new();
    let scope = trace.scope();
    scope.get::<dependent>().unwrap();
    scope.dispose().unwrap();
    assert_eq!(trace.take(), ["-dependent#1", "-base#1"]);
}

/// Rules 16 and 19: `dispose` runs what remains though somebody holds the value; letting go later
/// runs nothing twice.
#[test]
fn dispose_does_not_wait_for_holders() {
    let trace = Trace::new();
    let scope = trace.scope();
    let old = scope.dep::<pool>().unwrap();
    scope.release::<url>().unwrap();
    let new = scope.dep::<pool>().unwrap();
    scope.dispose().unwrap();
    let lines = trace.take();
    assert_eq!(lines.len(), 9, "{lines:?}");
    assert_eq!(lines[..3], ["-pool#2 third", "-pool#2 second", "-pool#2"]);
    assert_eq!((*old, *new), (2, 2));
    drop((old, new, scope));
    assert_eq!(trace.take(), Vec::<String>::new());
}

/// Says that it is gone.
struct Resource(Trace, &'static str);

impl Drop for Resource {
    fn drop(&mut self) {
        self.0.note(format!("{} dropped", self.1));
    }
}

fn close(resource: &Resource) {
    let Resource(trace, name) = resource;
    trace.pass("close");
    trace.note(format!("{name} closed"));
}

#[executor(mutable, cleanup = close)]
fn resource(cx: &ResolveCtx<'_>) -> Resource {
    live::note_cleanup(cx, "registered".into());
    Resource(cx.tag::<Trace>().unwrap().clone(), "built")
}

/// Rule 16: a declared cleanup belongs to every value of the executor, and runs before the drop.
#[test]
fn declared_cleanups_see_the_value() {
    let trace = Trace::new();
    let scope = trace.scope();
    scope.get::<resource>().unwrap();
    scope.update::<resource>(Resource(trace.clone(), "given")).unwrap();
    let mut lines = trace.take();
    assert_eq!(lines.pop().unwrap(), "built dropped");
    lines.sort_unstable();
    assert_eq!(lines, ["built closed", "registered"]);
    scope.release::<resource>().unwrap();
    assert_eq!(trace.take(), ["given closed", "given dropped"]);
}

/// Rules 16 and 19: a value that loses its last holder while `dispose` cleans it up is not dropped
/// under the cleanup's eyes.
#[test]
fn a_value_is_there_until_its_cleanup_has_ended() {
    let _watchdog = watchdog();
    let trace = Trace::new();
    let scope = trace.scope();
    let held = scope.dep::<resource>().unwrap();
    scope.release::<resource>().unwrap();
    let gate = trace.gate("close");
    let held = Mutex::new(Some(held));
    thread::scope(|threads| {
        let disposing = threads.spawn(|| scope.dispose());
        gate.reached();
        drop(held.lock().unwrap().take());
        let early = trace.take();
        gate.open();
        disposing.join().unwrap().unwrap();
        assert_eq!(early, ["registered"; 0], "dropped while its cleanup runs");
    });
    drop(scope);
    assert_eq!(trace.take(), ["built closed", "registered", "built dropped"]);
}

/// Rule 16: a cleanup may let go of other values, use the scope, and be run by anyone's drop.
#[test]
fn cleanups_may_do_anything() {
    #[executor(mutable)]
    fn busy(cx: &ResolveCtx<'_>) -> u32 {
        let (scope, trace) = (cx.scope(), cx.tag::<Trace>().unwrap().clone());
        cx.on_cleanup(move || {
            let Some(scope) = scope.upgrade() else { return trace.note("too late") };
            scope.update::<url>(7).unwrap();
            assert_eq!(*scope.get::<pool>().unwrap(), 8);
            scope.release::<pool>().unwrap();
            trace.note("busy done");
        });
        1
    }
    let _watchdog = watchdog();
    let trace = Trace::new();
    let scope = trace.scope();
    scope.get::<busy>().unwrap();
    scope.update::<busy>(2).unwrap();
    let [a, b, c] = POOL_1;
    assert_eq!(trace.take(), ["busy done", a, b, c]);
    assert_eq!(*scope.get::<url>().unwrap(), 7);
    scope.get::<busy>().unwrap();
    scope.reload::<busy>().unwrap();
    drop(scope);
    assert!(trace.take().contains(&"too late".to_owned()));
}
