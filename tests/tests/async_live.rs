//! Live executors that are async, or stand above what is: rules 1, 2, 5, 6, 9 to 14.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;

use futures_core::Stream;
use futures_util::future::join;
use pollster::block_on;
use pumped::error::{DisposeError, ResolveErrorKind, ScopeError};
use pumped::prelude::*;
use pumped_tests::Log;
use pumped_tests::futures::{Gate, poll_once, yield_now};
use pumped_tests::spy::Spy;

#[executor(mutable)]
fn url() -> u32 {
    1
}

#[executor]
async fn pool(url: Reactive<url>, log: Tag<Log>, cx: &ResolveCtx<'_>) -> Result<u32, String> {
    let number = *url;
    log.note(format!("open {number}"));
    let closing = log.clone();
    cx.on_cleanup_async(move || async move {
        yield_now().await;
        closing.note(format!("close {number}"));
    });
    yield_now().await;
    if number == 13 { Err("unlucky".into()) } else { Ok(number * 10) }
}

#[executor]
fn repo(pool: Reactive<pool>, log: Tag<Log>) -> u32 {
    log.note("repo");
    *pool + 1
}

#[executor]
async fn service(repo: Reactive<repo>, pool: Reactive<pool>) -> (u32, u32) {
    yield_now().await;
    (*repo, *pool)
}

fn scope() -> (Scope, Log) {
    let log = Log::new();
    (log.scope(), log)
}

#[test]
fn rule_9_after_an_update_everything_above_is_new_and_the_old_is_closed_by_drain() {
    let (scope, log) = scope();
    block_on(async {
        assert_eq!(*scope.get_async::<service>().await.unwrap(), (11, 10));
        assert_eq!(log.take(), ["open 1", "repo"]);
        scope.update::<url>(2).unwrap();
        assert!(!scope.is_cached::<service>());
        assert_eq!(*scope.peek::<service>().unwrap(), (11, 10));
        assert_eq!(*scope.get_async::<service>().await.unwrap(), (21, 20));
        assert_eq!(log.take(), ["open 2", "repo"]);
        scope.drain().await;
        assert_eq!(log.take(), ["close 1"]);
        scope.dispose_async().await.unwrap();
        assert_eq!(log.take(), ["close 2"]);
    });
}

#[test]
fn rule_1_all_who_wait_share_one_build_and_one_who_is_not_polled_hangs_nobody() {
    let (scope, log) = scope();
    let mut first = pin!(scope.get_async::<service>());
    assert!(poll_once(first.as_mut()).is_pending());
    let mut second = pin!(scope.get_async::<service>());
    assert!(poll_once(second.as_mut()).is_pending());
    // Both are held.
    assert_eq!(*block_on(scope.get_async::<service>()).unwrap(), (11, 10));
    assert_eq!(*block_on(first).unwrap(), (11, 10));
    assert_eq!(*block_on(second).unwrap(), (11, 10));
    assert_eq!(log.take(), ["open 1", "repo"]);
}

#[test]
fn rule_6_it_is_cancelled_with_the_last_who_waits() {
    #[executor]
    async fn slow(url: Reactive<url>, gate: Tag<Gate>, log: Tag<Log>) -> u32 {
        struct Dropped(Log);
        impl Drop for Dropped {
            fn drop(&mut self) {
                self.0.note("gone");
            }
        }
        log.note("begun");
        let _dropped = Dropped(log.clone());
        gate.clone().pass().await;
        *url
    }
    #[executor]
    fn above(slow: Reactive<slow>) -> u32 {
        *slow
    }
    let (log, gate) = (Log::new(), Gate::new());
    let scope = log.builder().tag(gate.clone()).build().unwrap();
    {
        let mut first = Box::pin(scope.get_async::<above>());
        let mut second = Box::pin(scope.get_async::<slow>());
        assert!(poll_once(first.as_mut()).is_pending());
        assert!(poll_once(second.as_mut()).is_pending());
        drop(first);
        assert_eq!(log.take(), ["begun"]);
        assert!(poll_once(second.as_mut()).is_pending());
    }
    assert_eq!(log.take(), ["gone"]);
    gate.open();
    assert_eq!(*block_on(scope.get_async::<above>()).unwrap(), 1);
    assert_eq!(log.take(), ["begun", "gone"]);
    scope.dispose().unwrap();
}

#[executor]
async fn failing(url: Reactive<url>) -> Result<u32, String> {
    yield_now().await;
    Err(format!("{} fails", *url))
}

#[executor]
async fn forgiving(
    failing: Lazy<failing>,
    url: Reactive<url>,
    log: Tag<Log>,
    cx: &ResolveCtx<'_>,
) -> u32 {
    log.note("open");
    let closing = log.clone();
    cx.on_cleanup(move || {
        closing.note("close");
    });
    failing.get_async().await.map_or(*url, |value| *value)
}

#[executor]
async fn strict(forgiving: Reactive<forgiving>, failing: Reactive<failing>) -> u32 {
    *forgiving + *failing
}

#[test]
fn rule_6_what_ends_as_the_last_who_waits_fails_is_closed_and_built_anew() {
    let (scope, log) = scope();
    block_on(async {
        // `failing` ends while `forgiving` polls it; with it ends `strict`, and so nobody
        // waits for `forgiving`, which comes to its end in that very poll.
        assert!(scope.get_async::<strict>().await.is_err());
        assert_eq!(log.take(), ["open", "close"]);
        assert!(!scope.is_cached::<forgiving>());
        assert_eq!(*scope.get_async::<forgiving>().await.unwrap(), 1);
        assert_eq!(log.take(), ["open"]);
    });
}

#[test]
fn rule_9_an_update_during_a_build_is_not_lost() {
    let (scope, log) = scope();
    let mut early = pin!(scope.get_async::<service>());
    assert!(poll_once(early.as_mut()).is_pending());
    scope.update::<url>(2).unwrap();
    // Who came before may still get what it began; who comes after may not.
    let late = block_on(scope.get_async::<service>()).unwrap();
    assert_eq!(*late, (21, 20));
    let early = block_on(early).unwrap();
    assert!([(11, 10), (21, 20)].contains(&early), "{early:?}");
    assert_eq!(log.count("open 2"), 1);
    assert_eq!(*block_on(scope.get_async::<service>()).unwrap(), (21, 20));
}

#[test]
fn rule_2_a_failure_is_told_to_all_and_the_last_value_stays() {
    let (scope, log) = scope();
    block_on(scope.get_async::<service>()).unwrap();
    scope.update::<url>(13).unwrap();
    let mut first = pin!(scope.get_async::<service>());
    let mut second = pin!(scope.get_async::<repo>());
    assert!(poll_once(first.as_mut()).is_pending());
    assert!(poll_once(second.as_mut()).is_pending());
    let error = block_on(first).unwrap_err();
    assert_eq!((error.path()[0], error.executor()), ("service", "pool"));
    assert_eq!(error.kind(), ResolveErrorKind::Failed);
    assert_eq!(block_on(second).unwrap_err().path(), ["repo", "pool"]);
    assert_eq!(log.count("open 13"), 1);
    assert_eq!(*scope.peek::<pool>().unwrap(), 10);
    // Its own cleanup was awaited, and it is tried again.
    assert_eq!(log.count("close 13"), 1);
    assert!(block_on(scope.get_async::<pool>()).is_err());
    assert_eq!(log.count("open 13"), 2);
    scope.update::<url>(3).unwrap();
    assert_eq!(*block_on(scope.get_async::<service>()).unwrap(), (31, 30));
}

#[test]
fn rule_4_a_panic_is_an_error_and_harms_nobody() {
    #[executor]
    async fn fragile(url: Reactive<url>) -> u32 {
        yield_now().await;
        assert!(*url != 1, "too small");
        *url
    }
    let (scope, _log) = scope();
    let error = block_on(scope.get_async::<fragile>()).unwrap_err();
    assert_eq!(error.kind(), ResolveErrorKind::Panicked);
    scope.update::<url>(2).unwrap();
    assert_eq!(*block_on(scope.get_async::<fragile>()).unwrap(), 2);
}

#[test]
fn independent_inputs_are_built_concurrently() {
    static MET: AtomicUsize = AtomicUsize::new(0);
    async fn meet() {
        MET.fetch_add(1, Ordering::SeqCst);
        while MET.load(Ordering::SeqCst) < 2 {
            yield_now().await;
        }
    }
    #[executor]
    async fn left(url: Reactive<url>) -> u32 {
        meet().await;
        *url
    }
    #[executor]
    async fn right(url: Reactive<url>) -> u32 {
        meet().await;
        *url
    }
    #[executor]
    fn both(left: Reactive<left>, right: Reactive<right>) -> u32 {
        *left + *right
    }
    let (scope, _log) = scope();
    assert_eq!(*block_on(scope.get_async::<both>()).unwrap(), 2);
}

#[test]
fn rule_10_the_live_parameters_of_one_flow_call_are_one_cut() {
    #[flow]
    fn read(repo: Ref<'_, repo>, pool: Dep<pool>, url: Ref<'_, url>) -> (u32, u32, u32) {
        (*repo, *pool, *url)
    }
    #[flow]
    async fn read_async(repo: Ref<'_, repo>) -> u32 {
        yield_now().await;
        *repo
    }
    let (scope, _log) = scope();
    block_on(async {
        assert_eq!(scope.exec_async(read()).await.unwrap(), (11, 10, 1));
        scope.update::<url>(2).unwrap();
        assert_eq!(scope.exec_async(read()).await.unwrap(), (21, 20, 2));
        scope.update::<url>(3).unwrap();
        assert_eq!(scope.exec_async(read_async()).await.unwrap(), 31);
        scope.release::<url>().unwrap();
        assert_eq!(scope.exec_async(read_async()).await.unwrap(), 11);
    });
}

#[test]
fn fixed_executors_keep_a_snapshot() {
    #[executor]
    async fn async_snapshot(pool: Snapshot<pool>, repo: Snapshot<repo>) -> (u32, u32) {
        yield_now().await;
        (*pool, *repo)
    }
    #[executor]
    fn snapshot(pool: Snapshot<pool>, above: Dep<async_snapshot>) -> (u32, u32) {
        (*pool, above.1)
    }
    let (scope, log) = scope();
    assert_eq!(*block_on(scope.get_async::<snapshot>()).unwrap(), (10, 11));
    scope.update::<url>(2).unwrap();
    assert_eq!(*block_on(scope.get_async::<repo>()).unwrap(), 21);
    assert_eq!(*block_on(scope.get_async::<snapshot>()).unwrap(), (10, 11));
    assert_eq!(log.count("open 1"), 1);
}

#[test]
fn rule_12_equal_values_change_nothing() {
    #[executor(eq)]
    async fn parity(url: Reactive<url>) -> u32 {
        yield_now().await;
        *url % 2
    }
    #[executor]
    fn above(parity: Reactive<parity>, log: Tag<Log>) -> u32 {
        log.note("above");
        *parity
    }
    let (scope, log) = scope();
    block_on(async {
        scope.get_async::<above>().await.unwrap();
        scope.update::<url>(3).unwrap();
        assert_eq!(*scope.get_async::<above>().await.unwrap(), 1);
        assert_eq!(log.take(), ["above"]);
        scope.update::<url>(4).unwrap();
        assert_eq!(*scope.get_async::<above>().await.unwrap(), 0);
        assert_eq!(log.take(), ["above"]);
    });
}

#[executor(mutable)]
async fn count(log: Tag<Log>) -> u32 {
    log.note("first count");
    yield_now().await;
    100
}

#[test]
fn a_mutable_one_is_updated_and_modified() {
    let (scope, log) = scope();
    block_on(async {
        scope.modify_async::<count>(|now| now + 1).await.unwrap();
        assert_eq!(*scope.get_async::<count>().await.unwrap(), 101);
        scope.update::<count>(7).unwrap();
        assert_eq!(*scope.get_async::<count>().await.unwrap(), 7);
        assert_eq!(*scope.reload_async::<count>().await.unwrap(), 100);
        let controller = scope.controller::<count>();
        controller.modify_async(|now| now * 2).await.unwrap();
        assert_eq!(*controller.get_async().await.unwrap(), 200);
        assert_eq!(*controller.reload_async().await.unwrap(), 100);
    });
    assert_eq!(log.take(), ["first count", "first count", "first count"]);
    drop(scope.controller::<count>());
}

#[test]
fn concurrent_modifies_all_count() {
    let (scope, _log) = scope();
    std::thread::scope(|threads| {
        for _ in 0..4 {
            threads.spawn(|| {
                for _ in 0..50 {
                    block_on(scope.modify_async::<count>(|now| now + 1)).unwrap();
                }
            });
        }
    });
    assert_eq!(*block_on(scope.get_async::<count>()).unwrap(), 300);
}

#[test]
fn modify_of_a_gone_scope_is_an_error() {
    let (scope, _log) = scope();
    let controller = scope.controller::<count>();
    drop(scope);
    let error = block_on(controller.modify_async(|now| *now)).unwrap_err();
    assert!(matches!(error, ScopeError::Disposed));
}

#[test]
fn a_watch_awaits_what_is_stale() {
    let (scope, _log) = scope();
    let mut watch = scope.watch::<repo>();
    block_on(async {
        // There was no value: the first one is the first item.
        assert_eq!(*watch.changed().await.unwrap(), 11);
        scope.update::<url>(2).unwrap();
        scope.update::<url>(3).unwrap();
        assert_eq!(*watch.changed().await.unwrap(), 31);
    });
    assert!(poll_once(pin!(watch.changed())).is_pending());
    scope.update::<url>(13).unwrap();
    assert_eq!(block_on(watch.changed()).unwrap_err().path(), ["repo", "pool"]);
    scope.update::<url>(4).unwrap();
    assert_eq!(*block_on(watch.changed()).unwrap(), 41);

    let mut second = scope.watch::<repo>();
    assert!(poll_once(pin!(second.changed())).is_pending(), "its value was there");

    // Held in the middle of a build, it does not keep the scope.
    scope.update::<url>(5).unwrap();
    assert!(poll_once(pin!(watch.changed())).is_pending());
    drop(scope);
    assert_eq!(block_on(watch.changed()).unwrap_err().kind(), ResolveErrorKind::Disposed);
    let next = std::future::poll_fn(|context| pin!(&mut second).poll_next(context));
    assert!(block_on(next).is_none());
}

#[executor]
async fn round(back: Lazy<back>, url: Reactive<url>) -> Result<u32, ResolveError> {
    yield_now().await;
    Ok(*back.get_async().await? + *url)
}

#[executor]
async fn back(round: Controller<round>, url: Reactive<url>) -> Result<u32, ResolveError> {
    yield_now().await;
    Ok(*round.get_async().await? + *url)
}

#[test]
fn rule_5_a_cycle_across_builds_is_an_error_with_its_path() {
    let (scope, _log) = scope();
    let both = join(scope.get_async::<round>(), scope.get_async::<back>());
    let (here, there) = block_on(both);
    for error in [here.unwrap_err(), there.unwrap_err()] {
        assert_eq!(error.kind(), ResolveErrorKind::Cycle);
        let path = error.path().join(" ");
        assert!(path.contains("round back") || path.contains("back round"), "{path}");
    }
}

#[test]
fn dispose_waits_for_a_build_or_says_that_it_cannot() {
    let (scope, log) = scope();
    let mut asked = Box::pin(scope.get_async::<pool>());
    assert!(poll_once(asked.as_mut()).is_pending());
    assert!(matches!(scope.dispose(), Err(DisposeError::Running)));
    let mut disposing = pin!(scope.dispose_async());
    assert!(poll_once(disposing.as_mut()).is_pending());
    // It is let end, and closed.
    assert!(block_on(asked).is_ok());
    block_on(disposing).unwrap();
    assert_eq!(log.take(), ["open 1", "close 1"]);
}

#[test]
fn extensions_see_each_real_build_and_who_waits_for_it() {
    let seen = Log::new();
    let spy = Spy::new("spy", &seen);
    let scope = Log::new().builder().extension(spy).build().unwrap();
    block_on(scope.get_async::<repo>()).unwrap();
    let before: Vec<_> =
        seen.take().into_iter().filter(|line| line.starts_with("spy before")).collect();
    assert_eq!(before.len(), 3, "{before:?}");
    scope.update::<url>(2).unwrap();
    block_on(scope.get_async::<repo>()).unwrap();
    block_on(scope.get_async::<repo>()).unwrap();
    let count = seen.take().iter().filter(|line| line.starts_with("spy before resolve")).count();
    assert_eq!(count, 2);
}

#[test]
fn a_preset_value_stands_in_for_it() {
    let log = Log::new();
    let scope = log.builder().preset::<pool>(7).build().unwrap();
    assert_eq!(*block_on(scope.get_async::<repo>()).unwrap(), 8);
    scope.update::<url>(2).unwrap();
    scope.release::<url>().unwrap();
    assert_eq!(*block_on(scope.get_async::<repo>()).unwrap(), 8);
    assert_eq!(log.count("open 1"), 0);
}

fn is_send(_: impl Send) {}

#[test]
fn a_ready_future_of_a_warm_value_is_ready_at_once() {
    let (scope, _log) = scope();
    block_on(scope.get_async::<service>()).unwrap();
    let Poll::Ready(value) = poll_once(pin!(scope.get_async::<service>())) else { panic!() };
    assert_eq!(*value.unwrap(), (11, 10));
    let scope = Arc::new(scope);
    is_send(scope.get_async::<service>());
    is_send(scope.modify_async::<count>(|now| *now));
    is_send(scope.reload_async::<count>());
    is_send(scope.watch::<repo>());
}
