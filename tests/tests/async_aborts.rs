//! Rules 2, 6, 16, 20 and 24 where futures are dropped: at every point where they wait, and
//! at random. Whatever is given up, no slot is stuck, and what was opened is closed, once.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::future::join;
use pollster::block_on;
use pumped::prelude::*;
use pumped::tree::Status;
use pumped_tests::futures::{poll_once, run, yield_now};

/// What was opened, and how often each was closed.
#[derive(Clone, Default)]
struct Ledger(Arc<Mutex<Vec<usize>>>);

impl Ledger {
    fn open(&self) -> usize {
        let mut closed = self.0.lock().unwrap();
        closed.push(0);
        closed.len() - 1
    }

    fn close(&self, number: usize) {
        self.0.lock().unwrap()[number] += 1;
    }

    #[track_caller]
    fn check(&self) {
        let closed = self.0.lock().unwrap();
        assert!(closed.iter().all(|times| *times == 1), "closed so often: {closed:?}");
    }
}

/// Opens something in steps, and closes it in steps.
async fn open(ledger: &Ledger, cx: &ResolveCtx<'_>) {
    yield_now().await;
    let number = ledger.open();
    let ledger = ledger.clone();
    cx.on_cleanup_async(move || async move {
        yield_now().await;
        ledger.close(number);
    });
    yield_now().await;
}

fn open_at_once(ledger: &Ledger, cx: &ResolveCtx<'_>) {
    let (number, ledger) = (ledger.open(), ledger.clone());
    cx.on_cleanup(move || ledger.close(number));
}

#[executor(mutable)]
fn source() -> u32 {
    1
}

#[executor]
async fn base(ledger: Tag<Ledger>, cx: &ResolveCtx<'_>) -> u32 {
    open(&ledger, cx).await;
    100
}

#[executor]
async fn other_base(ledger: Tag<Ledger>, cx: &ResolveCtx<'_>) -> u32 {
    open(&ledger, cx).await;
    200
}

#[executor]
async fn pool(
    base: Dep<base>,
    source: Reactive<source>,
    ledger: Tag<Ledger>,
    cx: &ResolveCtx<'_>,
) -> Result<u32, String> {
    open(&ledger, cx).await;
    if (*source).is_multiple_of(7) { Err("refused".into()) } else { Ok(*base + *source) }
}

#[executor]
fn cache(source: Reactive<source>, ledger: Tag<Ledger>, cx: &ResolveCtx<'_>) -> u32 {
    open_at_once(&ledger, cx);
    *source
}

#[executor(eq)]
async fn service(
    pool: Reactive<pool>,
    cache: Reactive<cache>,
    other: Dep<other_base>,
    ledger: Tag<Ledger>,
    cx: &ResolveCtx<'_>,
) -> u32 {
    open(&ledger, cx).await;
    *pool + *cache + *other
}

/// Bodies that have begun and not ended.
static ALIVE: AtomicUsize = AtomicUsize::new(0);

struct Alive;

impl Alive {
    fn new() -> Self {
        ALIVE.fetch_add(1, Ordering::SeqCst);
        Self
    }
}

impl Drop for Alive {
    fn drop(&mut self) {
        ALIVE.fetch_sub(1, Ordering::SeqCst);
    }
}

#[flow]
async fn request(cx: &ExecutionCtx<'_>) -> Result<u32, Fault> {
    let _alive = Alive::new();
    let (service, pool) = join(cx.exec_async(ask()), cx.exec_async(ask_pool())).await;
    Ok(service? + pool?)
}

#[flow]
async fn ask(service: Ref<'_, service>) -> u32 {
    let _alive = Alive::new();
    yield_now().await;
    *service
}

#[flow]
async fn ask_pool(pool: Dep<pool>) -> u32 {
    let _alive = Alive::new();
    yield_now().await;
    *pool
}

fn scope() -> (Scope, Ledger) {
    let ledger = Ledger::default();
    (Scope::builder().tag(ledger.clone()).history(4).build().unwrap(), ledger)
}

/// Polls so often, and drops it.
fn abort<F: Future>(future: F, polls: usize) {
    let mut future = Box::pin(future);
    for _ in 0..polls {
        assert!(poll_once(future.as_mut()).is_pending(), "it was to be dropped before its end");
    }
}

/// What has to hold whatever was given up before.
#[track_caller]
fn check(scope: &Scope, ledger: &Ledger, expected: u32) {
    assert_eq!(run(scope.exec_async(request())).0.unwrap(), expected);
    assert_eq!(ALIVE.load(Ordering::SeqCst), 0);
    block_on(scope.dispose_async()).unwrap();
    ledger.check();
}

/// The tests share a count of what is alive.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

fn alone() -> MutexGuard<'static, ()> {
    ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner)
}

#[test]
fn an_execution_over_a_cold_graph_dropped_at_every_await() {
    let _guard = alone();
    let (cold, _) = scope();
    let (result, polls) = run(cold.exec_async(request()));
    assert_eq!(result.unwrap(), 403);
    assert!(polls > 5, "{polls}");
    block_on(cold.dispose_async()).unwrap();
    for at in 0..polls {
        let (scope, ledger) = scope();
        abort(scope.exec_async(request()), at);
        assert_eq!(ALIVE.load(Ordering::SeqCst), 0, "something runs on");
        if at > 0 {
            let tree = scope.executions();
            let roots = tree.roots();
            assert!(roots.iter().all(|root| root.status() == Status::Cancelled), "{tree}");
        }
        check(&scope, &ledger, 403);
    }
}

#[test]
fn an_execution_over_what_is_stale_dropped_at_every_await() {
    let _guard = alone();
    let stale = || {
        let (scope, ledger) = scope();
        run(scope.exec_async(request())).0.unwrap();
        scope.update::<source>(2).unwrap();
        (scope, ledger)
    };
    let polls = run(stale().0.exec_async(request())).1;
    for at in 0..polls {
        let (scope, ledger) = stale();
        abort(scope.exec_async(request()), at);
        check(&scope, &ledger, 406);
    }
}

#[test]
fn a_failing_build_dropped_at_every_await() {
    let _guard = alone();
    let failing = || {
        let (scope, ledger) = scope();
        scope.update::<source>(7).unwrap();
        (scope, ledger)
    };
    let (counted, _) = failing();
    let (result, polls) = run(counted.get_async::<service>());
    assert!(result.is_err());
    for at in 0..polls {
        let (scope, ledger) = failing();
        abort(scope.get_async::<service>(), at);
        assert!(run(scope.get_async::<service>()).0.is_err());
        scope.update::<source>(1).unwrap();
        check(&scope, &ledger, 403);
    }
}

#[test]
fn drain_and_dispose_dropped_at_every_await() {
    let _guard = alone();
    let replaced = || {
        let (scope, ledger) = scope();
        run(scope.exec_async(request())).0.unwrap();
        scope.update::<source>(2).unwrap();
        run(scope.exec_async(request())).0.unwrap();
        (scope, ledger)
    };
    let drains = run(replaced().0.drain()).1;
    let disposes = run(replaced().0.dispose_async()).1;
    assert!(drains > 2 && disposes > drains);
    for at in 0..drains {
        let (scope, ledger) = replaced();
        abort(scope.drain(), at);
        check(&scope, &ledger, 406);
    }
    for at in 0..disposes {
        let (scope, ledger) = replaced();
        abort(scope.dispose_async(), at);
        block_on(scope.dispose_async()).unwrap();
        ledger.check();
    }
}

#[test]
fn modify_and_reload_dropped_at_every_await() {
    #[executor(mutable)]
    async fn total(base: Dep<base>, ledger: Tag<Ledger>, cx: &ResolveCtx<'_>) -> u32 {
        open(&ledger, cx).await;
        *base
    }
    let _guard = alone();
    let modifies = run(scope().0.modify_async::<total>(|now| now + 1)).1;
    let reloads = run(scope().0.reload_async::<total>()).1;
    for at in 0..modifies {
        let (scope, ledger) = scope();
        abort(scope.modify_async::<total>(|now| now + 1), at);
        block_on(scope.modify_async::<total>(|now| now + 1)).unwrap();
        assert_eq!(*block_on(scope.get_async::<total>()).unwrap(), 101);
        check(&scope, &ledger, 403);
    }
    for at in 0..reloads {
        let (scope, ledger) = scope();
        abort(scope.reload_async::<total>(), at);
        assert_eq!(*block_on(scope.reload_async::<total>()).unwrap(), 100);
        check(&scope, &ledger, 403);
    }
}

#[test]
fn a_watch_dropped_at_every_await() {
    let _guard = alone();
    let polls = {
        let (scope, _ledger) = scope();
        let mut watch = scope.watch::<service>();
        run(watch.changed()).1
    };
    for at in 0..polls {
        let (scope, ledger) = scope();
        let mut watch = scope.watch::<service>();
        abort(watch.changed(), at);
        // The next one goes on where that was.
        assert_eq!(*block_on(watch.changed()).unwrap(), 302);
        drop(watch);
        check(&scope, &ledger, 403);
    }
}

/// A generator of numbers that are the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % bound
    }
}

type Task<'s> = Pin<Box<dyn Future<Output = ()> + 's>>;

fn begin<'s>(scope: &'s Scope, random: &mut Random, source_now: &mut u32) -> Option<Task<'s>> {
    Some(match random.below(9) {
        0 | 1 => Box::pin(async { drop(scope.exec_async(request()).await) }),
        2 => Box::pin(async { drop(scope.get_async::<service>().await) }),
        3 => Box::pin(async { drop(scope.dep_async::<pool>().await) }),
        4 => Box::pin(async { drop(scope.get_async::<base>().await) }),
        5 => Box::pin(scope.drain()),
        6 => Box::pin(async {
            let controller = scope.controller::<service>();
            drop(controller.reload_async().await);
        }),
        7 => {
            *source_now = 1 + u32::try_from(random.below(9)).unwrap();
            scope.update::<source>(*source_now).unwrap();
            return None;
        }
        _ => {
            scope.release::<cache>().unwrap();
            return None;
        }
    })
}

#[test]
fn ten_thousand_random_rounds_of_starting_polling_and_dropping() {
    let _guard = alone();
    for seed in 1..=10_000_u64 {
        let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let (scope, ledger) = scope();
        let mut now = 1;
        let mut tasks: Vec<Task<'_>> = Vec::new();
        for _ in 0..30 {
            match random.below(6) {
                0 | 1 => tasks.extend(begin(&scope, &mut random, &mut now)),
                5 if !tasks.is_empty() => {
                    let at = random.below(tasks.len());
                    drop(tasks.swap_remove(at));
                }
                _ if !tasks.is_empty() => {
                    let at = random.below(tasks.len());
                    if poll_once(tasks[at].as_mut()).is_ready() {
                        drop(tasks.swap_remove(at));
                    }
                }
                _ => {}
            }
        }
        // Some are dropped, some are held and not polled any more.
        if seed.is_multiple_of(2) {
            tasks.clear();
        }
        let result = run(scope.get_async::<service>()).0.map(|value| *value);
        match now {
            7 => assert!(result.is_err(), "seed {seed}"),
            _ => assert_eq!(result.unwrap(), 300 + now * 2, "seed {seed}"),
        }
        tasks.clear();
        assert_eq!(ALIVE.load(Ordering::SeqCst), 0, "seed {seed}");
        run(scope.dispose_async()).0.unwrap();
        ledger.check();
    }
}
