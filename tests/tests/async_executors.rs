//! Async executors: rules 1, 2, 5 and 6.

use std::future::Future;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};

use pollster::block_on;
use pumped::error::{DisposeError, ResolveErrorKind};
use pumped::prelude::*;
use pumped_tests::futures::{poll_once, yield_now};

static POOLS: AtomicUsize = AtomicUsize::new(0);

#[executor]
fn config() -> String {
    "db".into()
}

#[executor]
async fn pool(config: Dep<config>, cx: &ResolveCtx<'_>) -> Result<String, std::io::Error> {
    POOLS.fetch_add(1, Ordering::Relaxed);
    yield_now().await;
    assert_eq!(cx.name(), "pool");
    Ok(format!("pool of {}", *config))
}

#[executor]
fn repo(pool: Dep<pool>) -> String {
    format!("repo over {}", *pool)
}

#[test]
fn sync_executors_stand_above_async_ones() {
    let scope = Scope::new();
    block_on(async {
        assert_eq!(*scope.get_async::<repo>().await.unwrap(), "repo over pool of db");
        assert_eq!(*scope.dep_async::<pool>().await.unwrap(), "pool of db");
        assert_eq!(*scope.get_async::<config>().await.unwrap(), "db");
        scope.get_async::<repo>().await.unwrap();
    });
    assert_eq!(*scope.get_async_now::<repo>(), "repo over pool of db");
    assert_eq!(POOLS.load(Ordering::Relaxed), 1);
}

trait Now {
    fn get_async_now<E: pumped::Executor>(&self) -> Ref<'_, E>;
}

impl Now for Scope {
    /// What is warm is there at the first poll.
    fn get_async_now<E: pumped::Executor>(&self) -> Ref<'_, E> {
        let Poll::Ready(value) = poll_once(pin!(self.get_async::<E>())) else { panic!("not warm") };
        value.unwrap()
    }
}

#[executor]
async fn left() -> u32 {
    meet(&LEFT, &RIGHT).await;
    1
}

#[executor]
async fn right() -> u32 {
    meet(&RIGHT, &LEFT).await;
    2
}

static LEFT: AtomicBool = AtomicBool::new(false);
static RIGHT: AtomicBool = AtomicBool::new(false);

/// Ends once both have begun.
async fn meet(mine: &AtomicBool, other: &AtomicBool) {
    mine.store(true, Ordering::SeqCst);
    while !other.load(Ordering::SeqCst) {
        yield_now().await;
    }
}

#[executor]
fn both(left: Dep<left>, right: Dep<right>) -> u32 {
    *left + *right
}

#[test]
fn independent_dependencies_are_built_concurrently() {
    let scope = Scope::new();
    assert_eq!(*block_on(scope.get_async::<both>()).unwrap(), 3);
}

#[test]
fn rule_6_whoever_waits_polls_and_one_who_is_not_polled_hangs_nobody() {
    static RUNS: AtomicUsize = AtomicUsize::new(0);
    #[executor]
    async fn slow() -> u32 {
        RUNS.fetch_add(1, Ordering::Relaxed);
        for _ in 0..3 {
            yield_now().await;
        }
        7
    }
    let scope = Scope::new();
    let mut first = pin!(scope.get_async::<slow>());
    assert!(poll_once(first.as_mut()).is_pending());
    // The first is held and not polled any more.
    assert_eq!(*block_on(scope.get_async::<slow>()).unwrap(), 7);
    let Poll::Ready(Ok(value)) = poll_once(first.as_mut()) else { panic!() };
    assert_eq!(*value, 7);
    assert_eq!(RUNS.load(Ordering::Relaxed), 1);
}

#[test]
fn rule_6_it_is_cancelled_when_the_last_who_waits_is_gone() {
    static RUNS: AtomicUsize = AtomicUsize::new(0);
    static CLEANED: AtomicUsize = AtomicUsize::new(0);
    #[executor]
    async fn slow(cx: &ResolveCtx<'_>) -> u32 {
        RUNS.fetch_add(1, Ordering::Relaxed);
        cx.on_cleanup(|| {
            CLEANED.fetch_add(1, Ordering::Relaxed);
        });
        yield_now().await;
        7
    }
    let scope = Scope::new();
    {
        let mut first = pin!(scope.get_async::<slow>());
        let mut second = Box::pin(scope.get_async::<slow>());
        assert!(poll_once(first.as_mut()).is_pending());
        assert!(second.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready());
        drop(second);
    }
    assert_eq!((RUNS.load(Ordering::Relaxed), CLEANED.load(Ordering::Relaxed)), (1, 0));
    let scope = Scope::new();
    {
        let mut first = pin!(scope.get_async::<slow>());
        assert!(poll_once(first.as_mut()).is_pending());
        assert_eq!(CLEANED.load(Ordering::Relaxed), 0);
    }
    // Gone in the middle: its cleanup has run, and the next begins anew.
    assert_eq!((RUNS.load(Ordering::Relaxed), CLEANED.load(Ordering::Relaxed)), (2, 1));
    assert_eq!(*block_on(scope.get_async::<slow>()).unwrap(), 7);
    assert_eq!(RUNS.load(Ordering::Relaxed), 3);
    scope.dispose().unwrap();
    assert_eq!(CLEANED.load(Ordering::Relaxed), 2);
}

#[test]
fn rule_19_sync_dispose_refuses_while_an_async_build_is_alive() {
    #[executor]
    async fn slow() -> u32 {
        yield_now().await;
        7
    }
    let scope = Scope::new();
    let mut first = Box::pin(scope.get_async::<slow>());
    assert!(poll_once(first.as_mut()).is_pending());
    assert!(matches!(scope.dispose(), Err(DisposeError::Running)));
    assert_eq!(*block_on(first).unwrap(), 7);
    scope.dispose().unwrap();
}

#[test]
fn rule_2_all_who_wait_get_the_error_and_the_next_tries_again() {
    static RUNS: AtomicUsize = AtomicUsize::new(0);
    #[executor]
    async fn flaky() -> Result<u32, String> {
        let run = RUNS.fetch_add(1, Ordering::Relaxed);
        yield_now().await;
        match run {
            0 => Err("not yet".into()),
            1 => panic!("boom"),
            run => Ok(u32::try_from(run).unwrap()),
        }
    }
    #[executor]
    fn above(flaky: Dep<flaky>) -> u32 {
        *flaky
    }
    let scope = Scope::new();
    let (first, second) = block_on(async {
        let mut first = pin!(scope.get_async::<above>());
        let mut second = pin!(scope.get_async::<flaky>());
        assert!(poll_once(first.as_mut()).is_pending());
        (second.as_mut().await.map(drop), first.await.map(drop))
    });
    assert_eq!(first.unwrap_err().path(), ["flaky"]);
    assert_eq!(second.unwrap_err().path(), ["above", "flaky"]);
    let error = block_on(scope.get_async::<above>()).unwrap_err();
    assert_eq!((error.kind(), error.path()), (ResolveErrorKind::Panicked, &["above", "flaky"][..]));
    assert_eq!(*block_on(scope.get_async::<above>()).unwrap(), 2);
}

#[executor]
async fn chicken(egg: Lazy<egg>) -> Result<u32, ResolveError> {
    yield_now().await;
    Ok(*egg.get_async().await?)
}

#[executor]
async fn egg(chicken: Lazy<chicken>) -> Result<u32, ResolveError> {
    yield_now().await;
    Ok(*chicken.get_async().await?)
}

#[test]
fn rule_5_a_cycle_of_waits_is_an_error_with_its_path() {
    let scope = Scope::new();
    let error = block_on(scope.get_async::<chicken>()).unwrap_err();
    assert_eq!(error.kind(), ResolveErrorKind::Cycle);
    assert_eq!(error.path().last(), Some(&"chicken"));
}

#[test]
fn many_threads_build_it_once() {
    static RUNS: AtomicUsize = AtomicUsize::new(0);
    #[executor]
    async fn once() -> u32 {
        RUNS.fetch_add(1, Ordering::Relaxed);
        for _ in 0..20 {
            yield_now().await;
        }
        9
    }
    #[executor]
    fn over(once: Dep<once>) -> u32 {
        *once
    }
    let scope = Scope::new();
    let barrier = std::sync::Barrier::new(8);
    std::thread::scope(|threads| {
        for _ in 0..8 {
            threads.spawn(|| {
                barrier.wait();
                assert_eq!(*block_on(scope.get_async::<over>()).unwrap(), 9);
            });
        }
    });
    assert_eq!(RUNS.load(Ordering::Relaxed), 1);
}
