//! Rules 16 to 20 for cleanups that have to be awaited: in order, one after the other,
//! exactly once, by whoever waits; and an error where nobody can.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

use pollster::block_on;
use pumped::error::{CleanupError, DisposeError, ResolveErrorKind};
use pumped::prelude::*;
use pumped::testing::resolve_cx;
use pumped_tests::futures::{Gate, poll_once, yield_now};
use pumped_tests::spy::Spy;
use pumped_tests::{Log, Runs};

fn scope() -> (Scope, Log, Gate) {
    let (log, gate) = (Log::new(), Gate::new());
    (Scope::builder().tag(log.clone()).tag(gate.clone()).build().unwrap(), log, gate)
}

fn log(cx: &ResolveCtx<'_>) -> Log {
    cx.tag::<Log>().unwrap().clone()
}

/// Closes in two steps, if the gate is open.
fn closes(cx: &ResolveCtx<'_>, name: &'static str) {
    let (log, gate) = (log(cx), cx.tag::<Gate>().unwrap().clone());
    cx.on_cleanup_async(move || {
        log.note(format!("{name} closing"));
        async move {
            gate.pass().await;
            log.note(format!("{name} closed"));
        }
    });
}

fn notes(cx: &ResolveCtx<'_>, line: &'static str) {
    let log = log(cx);
    cx.on_cleanup(move || {
        log.note(line);
    });
}

#[executor(mutable)]
fn url() -> u32 {
    1
}

#[executor]
fn config(cx: &ResolveCtx<'_>) -> u32 {
    notes(cx, "config");
    0
}

#[executor]
fn database(config: Dep<config>, url: Reactive<url>, cx: &ResolveCtx<'_>) -> u32 {
    notes(cx, "database: sockets");
    closes(cx, "database");
    notes(cx, "database: statements");
    *url + *config
}

#[executor]
fn users(database: Reactive<database>, cx: &ResolveCtx<'_>) -> u32 {
    closes(cx, "users");
    *database
}

const DATABASE: [&str; 4] =
    ["database: statements", "database closing", "database closed", "database: sockets"];

#[test]
fn dispose_async_awaits_them_in_order() {
    let (scope, log, gate) = scope();
    scope.get::<users>().unwrap();
    let mut disposing = Box::pin(scope.dispose_async());
    assert!(poll_once(disposing.as_mut()).is_pending());
    assert!(poll_once(disposing.as_mut()).is_pending());
    assert_eq!(log.take(), ["users closing"]);
    gate.open();
    block_on(disposing).unwrap();
    assert_eq!(log.take(), [&["users closed"][..], &DATABASE, &["config"]].concat());
    drop(scope);
    assert_eq!(log.take(), [""; 0]);
}

#[test]
fn those_of_replaced_values_wait_for_drain_and_keep_what_they_need() {
    let (scope, log, gate) = scope();
    scope.get::<users>().unwrap();
    scope.update::<url>(2).unwrap();
    assert_eq!(*scope.get::<users>().unwrap(), 2);
    // The old database is not touched before the old users are done with it.
    assert_eq!(log.take(), [""; 0]);
    let mut draining = pin!(scope.drain());
    assert!(poll_once(draining.as_mut()).is_pending());
    assert_eq!(log.take(), ["users closing"]);
    gate.open();
    block_on(draining);
    assert_eq!(log.take(), [&["users closed"][..], &DATABASE].concat());
    assert_eq!(scope.get::<users>().map(|users| *users).unwrap(), 2);
    block_on(scope.dispose_async()).unwrap();
    assert_eq!(log.take().len(), 7);
}

#[test]
fn dispose_async_awaits_those_of_replaced_values_as_well() {
    let (scope, log, gate) = scope();
    gate.open();
    scope.get::<users>().unwrap();
    scope.update::<url>(2).unwrap();
    scope.get::<users>().unwrap();
    block_on(scope.dispose_async()).unwrap();
    let all = log.take();
    assert_eq!(all.len(), 13, "{all:?}");
    assert_eq!(all.last().unwrap(), "config");
}

#[test]
fn a_holder_keeps_them_from_running_until_dispose() {
    let (scope, log, gate) = scope();
    gate.open();
    let held = scope.dep::<database>().unwrap();
    scope.release::<url>().unwrap();
    block_on(scope.drain());
    assert_eq!(log.take(), [""; 0]);
    drop(held);
    block_on(scope.drain());
    assert_eq!(log.take(), DATABASE);

    let held = scope.dep::<database>().unwrap();
    block_on(scope.dispose_async()).unwrap();
    assert_eq!(log.take(), [&DATABASE[..], &["config"]].concat());
    drop((held, scope));
    assert_eq!(log.take(), [""; 0]);
}

#[test]
fn a_drain_that_is_given_up_is_gone_on_with() {
    let (scope, log, gate) = scope();
    scope.get::<database>().unwrap();
    scope.release::<url>().unwrap();
    {
        let mut draining = pin!(scope.drain());
        assert!(poll_once(draining.as_mut()).is_pending());
    }
    let mut held_but_not_polled = pin!(scope.drain());
    assert!(poll_once(held_but_not_polled.as_mut()).is_pending());
    gate.open();
    block_on(scope.drain());
    assert_eq!(log.take(), DATABASE, "begun once, and not anew");
    block_on(held_but_not_polled);
}

#[test]
fn a_dispose_that_is_given_up_is_gone_on_with() {
    let (scope, log, gate) = scope();
    scope.get::<database>().unwrap();
    {
        let mut disposing = pin!(scope.dispose_async());
        assert!(poll_once(disposing.as_mut()).is_pending());
    }
    assert_eq!(log.take(), ["database: statements", "database closing"]);
    assert!(matches!(scope.dispose(), Err(DisposeError::Running)));
    let error = scope.get::<config>().unwrap_err();
    assert_eq!(error.kind(), ResolveErrorKind::Disposed);
    gate.open();
    block_on(scope.dispose_async()).unwrap();
    assert_eq!(log.take(), ["database closed", "database: sockets", "config"]);
    scope.dispose().unwrap();
}

#[test]
fn dispose_reports_them_by_name_and_runs_the_others() {
    let (scope, log, _gate) = scope();
    scope.get::<users>().unwrap();
    let error = scope.dispose().unwrap_err();
    let names: Vec<_> = error.errors().iter().map(CleanupError::executor).collect();
    assert_eq!(names, ["users", "database"]);
    assert!(error.errors()[0].to_string().contains("`dispose_async().await`"), "{error}");
    assert_eq!(log.take(), ["database: statements", "database: sockets", "config"]);
}

#[test]
fn dispose_reports_those_of_replaced_values_begun_or_not() {
    let (scope, log, _gate) = scope();
    scope.get::<users>().unwrap();
    scope.update::<url>(2).unwrap();
    scope.get::<users>().unwrap();
    assert!(poll_once(pin!(scope.drain())).is_pending());
    assert_eq!(log.take(), ["users closing"]);
    let error = scope.dispose().unwrap_err();
    let names: Vec<_> = error.errors().iter().map(CleanupError::executor).collect();
    assert_eq!(names, ["users", "database", "users", "database"]);
    let sync = ["database: statements", "database: sockets"];
    assert_eq!(log.take(), [&sync[..], &sync, &["config"]].concat());
}

#[test]
fn the_last_handle_reports_them_and_runs_the_others() {
    let (log, gate, told) = (Log::new(), Gate::new(), Log::new());
    let spy = Spy::new("spy", &told).on_cleanup_error(|_| true);
    let scope = Scope::builder().tag(log.clone()).tag(gate).extension(spy).build().unwrap();
    scope.get::<database>().unwrap();
    // Given up in the middle.
    assert!(poll_once(pin!(scope.dispose_async())).is_pending());
    assert!(!log.take().is_empty() && !told.take().is_empty());
    drop(scope);
    assert_eq!(log.take(), ["database: sockets", "config"]);
    let told = told.take();
    assert!(told[0].starts_with("spy cleaning up `database`: its cleanup is async"), "{told:?}");
    assert_eq!(told[1..], ["spy dispose"]);
}

#[executor]
async fn failing(cx: &ResolveCtx<'_>) -> Result<u8, String> {
    notes(cx, "first");
    closes(cx, "failing");
    notes(cx, "last");
    yield_now().await;
    Err("no".into())
}

#[test]
fn an_async_build_that_fails_awaits_its_own() {
    let (scope, log, gate) = scope();
    let mut asked = pin!(scope.get_async::<failing>());
    assert!(poll_once(asked.as_mut()).is_pending());
    assert!(poll_once(asked.as_mut()).is_pending());
    assert_eq!(log.take(), ["last", "failing closing"]);
    gate.open();
    assert_eq!(block_on(asked).unwrap_err().kind(), ResolveErrorKind::Failed);
    assert_eq!(log.take(), ["failing closed", "first"]);
}

#[test]
fn one_that_is_cancelled_meanwhile_leaves_them_to_drain() {
    let (scope, log, gate) = scope();
    {
        let mut asked = pin!(scope.get_async::<failing>());
        assert!(poll_once(asked.as_mut()).is_pending());
        assert!(poll_once(asked.as_mut()).is_pending());
    }
    gate.open();
    block_on(scope.drain());
    assert_eq!(log.take(), ["last", "failing closing", "failing closed", "first"]);
}

#[executor]
fn failing_at_once(cx: &ResolveCtx<'_>) -> Result<u8, String> {
    closes(cx, "failing");
    notes(cx, "last");
    Err("no".into())
}

#[test]
fn a_build_that_cannot_await_leaves_them_to_drain() {
    let (scope, log, gate) = scope();
    gate.open();
    scope.get::<failing_at_once>().unwrap_err();
    assert_eq!(log.take(), ["last"]);
    block_on(scope.drain());
    assert_eq!(log.take(), ["failing closing", "failing closed"]);
    scope.dispose().unwrap();
}

#[executor]
fn troubled(cx: &ResolveCtx<'_>) -> u8 {
    notes(cx, "first");
    cx.on_cleanup_async(|| async { Err::<(), _>("an error") });
    cx.on_cleanup_async(|| async {
        yield_now().await;
        panic!("a panic");
    });
    cx.on_cleanup_async(|| -> std::future::Ready<()> { panic!("a panic before it began") });
    cx.on_cleanup_async(|| async { Ok::<(), String>(()) });
    1
}

#[test]
fn failing_ones_stop_nobody_and_each_is_told_of() {
    let (scope, log, _gate) = scope();
    scope.get::<troubled>().unwrap();
    let error = block_on(scope.dispose_async()).unwrap_err();
    let told: Vec<_> = error.errors().iter().map(ToString::to_string).collect();
    assert_eq!(told.len(), 3, "{told:?}");
    assert!(told[0].contains("a panic before it began"), "{told:?}");
    assert!(told[1].contains("a panic"), "{told:?}");
    assert_eq!(told[2], "cleaning up `troubled`: an error");
    assert_eq!(log.take(), ["first"]);
}

#[executor]
fn meddling(cx: &ResolveCtx<'_>) -> u8 {
    let (log, weak) = (log(cx), cx.scope());
    cx.on_cleanup_async(move || async move {
        let scope = weak.upgrade().unwrap();
        scope.drain().await;
        let nested = scope.dispose_async().await;
        log.note(format!("{nested:?}"));
    });
    1
}

#[test]
fn from_inside_of_one_nothing_waits_for_itself() {
    let (scope, log, _gate) = scope();
    scope.get::<meddling>().unwrap();
    block_on(scope.dispose_async()).unwrap();
    assert_eq!(log.take(), ["Err(Nested)"]);
}

#[test]
fn drain_with_nothing_to_do_is_ready() {
    let (scope, _log, _gate) = scope();
    assert_eq!(poll_once(pin!(scope.drain())), Poll::Ready(()));
    scope.get::<database>().unwrap();
    assert_eq!(poll_once(pin!(scope.drain())), Poll::Ready(()));
}

#[test]
fn a_task_of_its_own_awaits_them_as_they_come() {
    let (scope, log, gate) = scope();
    gate.open();
    let mut drained = Box::pin(scope.downgrade().keep_drained());
    assert!(poll_once(drained.as_mut()).is_pending());
    let woken = Arc::new(Woken::default());
    let waker = Waker::from(woken.clone());
    let mut poll = || drained.as_mut().poll(&mut Context::from_waker(&waker));
    assert!(poll().is_pending());
    let held = scope.dep::<database>().unwrap();
    scope.release::<url>().unwrap();
    assert_eq!(woken.0.get(), 0);
    // The last holder lets go, long after.
    drop(held);
    assert_eq!(woken.0.get(), 1);
    assert!(poll().is_pending());
    assert_eq!(log.take(), DATABASE);
    scope.get::<database>().unwrap();
    scope.release::<url>().unwrap();
    assert!(woken.0.get() > 1);
    assert!(poll().is_pending());
    assert_eq!(log.take(), DATABASE);
    // It does not keep the scope, and ends with it.
    let before = woken.0.get();
    drop(scope);
    assert!(woken.0.get() > before);
    assert!(poll().is_ready());
    let nothing = Scope::new();
    let mut drained = Box::pin(nothing.downgrade().keep_drained());
    assert!(poll_once(drained.as_mut()).is_pending());
    nothing.dispose().unwrap();
    assert!(poll_once(drained.as_mut()).is_ready());
}

#[derive(Default)]
struct Woken(Runs);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.up();
    }
}

#[executor]
fn by_hand(cx: &ResolveCtx<'_>) -> u8 {
    cx.on_cleanup_async(|| async { unreachable!("nobody awaits it") });
    1
}

#[test]
fn called_by_hand_nothing_is_awaited() {
    assert_eq!(by_hand(&resolve_cx()), 1);
}

mod never_seen {
    //! A build that nobody waits for any more, or that fails, still has cleanups; what they
    //! close may need what it was to be built from.

    use super::*;

    #[executor(mutable)]
    fn pool(cx: &ResolveCtx<'_>) -> u32 {
        let log = log(cx);
        cx.on_cleanup(move || {
            log.note("pool closed");
        });
        1
    }

    fn lends(cx: &ResolveCtx<'_>) {
        let log = log(cx);
        cx.on_cleanup_async(move || async move {
            yield_now().await;
            log.note("lease given back");
        });
    }

    #[executor]
    async fn lease(pool: Reactive<pool>, cx: &ResolveCtx<'_>) -> u32 {
        lends(cx);
        yield_now().await;
        *pool
    }

    #[executor]
    async fn refused(pool: Reactive<pool>, cx: &ResolveCtx<'_>) -> Result<u32, String> {
        lends(cx);
        yield_now().await;
        Err(format!("no lease of {}", *pool))
    }

    #[test]
    fn rule_17_a_build_that_is_given_up_is_cleaned_up_before_what_it_was_built_from() {
        let (scope, log, _) = scope();
        {
            let mut read = Box::pin(scope.get_async::<lease>());
            assert!(poll_once(read.as_mut()).is_pending());
        }
        scope.update::<pool>(2).unwrap();
        block_on(scope.drain());
        assert_eq!(log.take(), ["lease given back", "pool closed"]);
    }

    #[test]
    fn rule_17_a_failed_build_whose_cleanup_is_given_up_keeps_what_it_was_built_from() {
        let (scope, log, _) = scope();
        {
            let mut read = Box::pin(scope.get_async::<refused>());
            // Into the build, and into its cleanup.
            assert!(poll_once(read.as_mut()).is_pending());
            assert!(poll_once(read.as_mut()).is_pending());
        }
        scope.update::<pool>(2).unwrap();
        assert_eq!(log.take(), [""; 0]);
        block_on(scope.drain());
        assert_eq!(log.take(), ["lease given back", "pool closed"]);
    }
}
