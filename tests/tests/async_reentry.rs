//! What is async and in flight, where somebody comes back for it, gives it up, or keeps it
//! without polling it.

use std::future::pending;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

use pollster::block_on;
use pumped::WeakScope;
use pumped::error::DisposeError;
use pumped::prelude::*;
use pumped_tests::futures::{Gate, poll_once, yield_now};

fn scope() -> (Scope, Gate) {
    let gate = Gate::new();
    (Scope::builder().tag(gate.clone()).build().unwrap(), gate)
}

#[executor(mutable)]
fn url() -> u32 {
    1
}

/// Waits for the gate with every even address.
#[executor]
async fn pool(url: Reactive<url>, gate: Tag<Gate>) -> u32 {
    if (*url).is_multiple_of(2) {
        gate.clone().pass().await;
    }
    *url * 10
}

#[executor(mutable)]
async fn count(url: Reactive<url>, gate: Tag<Gate>) -> u32 {
    gate.clone().pass().await;
    *url
}

#[test]
fn a_change_survives_that_its_value_went_stale_before_its_turn() {
    let (scope, gate) = scope();
    let mut modifying = pin!(scope.modify_async::<count>(|now| now + 1));
    assert!(poll_once(modifying.as_mut()).is_pending());
    scope.update::<url>(10).unwrap();
    gate.open();
    block_on(modifying).unwrap();
    assert_eq!(*block_on(scope.get_async::<count>()).unwrap(), 11);
}

#[executor]
async fn slow(gate: Tag<Gate>) -> u32 {
    gate.clone().pass().await;
    1
}

#[flow]
async fn sum(pool: Ref<'_, pool>, slow: Ref<'_, slow>) -> u32 {
    std::future::ready(()).await;
    *pool + *slow
}

#[test]
fn a_live_value_goes_stale_while_a_flow_awaits_another_dependency() {
    let (scope, gate) = scope();
    block_on(scope.get_async::<pool>()).unwrap();
    let mut running = pin!(scope.exec_async(sum()));
    assert!(poll_once(running.as_mut()).is_pending());
    scope.update::<url>(3).unwrap();
    gate.open();
    assert_eq!(block_on(running).unwrap(), 31);
}

#[executor(eager)]
fn view(pool: Reactive<pool>) -> u32 {
    *pool + 1
}

#[test]
fn an_update_does_not_wait_for_an_async_build_below_an_eager_one() {
    let (scope, gate) = scope();
    assert_eq!(*block_on(scope.get_async::<view>()).unwrap(), 11);
    scope.update::<url>(2).unwrap();
    let mut getting = pin!(scope.get_async::<view>());
    assert!(poll_once(getting.as_mut()).is_pending());
    // Whoever polls the build is this thread.
    scope.update::<url>(3).unwrap();
    gate.open();
    block_on(getting).unwrap();
    assert_eq!(*block_on(scope.get_async::<view>()).unwrap(), 31);
}

#[executor]
async fn fails(url: Reactive<url>, gate: Tag<Gate>) -> Result<u32, String> {
    gate.clone().pass().await;
    Err(format!("nothing at {}", *url))
}

#[executor]
async fn looks(url: Reactive<url>, fails: Lazy<fails>, gate: Tag<Gate>) -> u32 {
    gate.open();
    fails.get_async().await.map_or(*url, |value| *value)
}

#[executor]
fn of_both(looks: Reactive<looks>, fails: Reactive<fails>) -> u32 {
    *looks + *fails
}

#[test]
fn a_build_is_given_up_while_it_polls_what_fails() {
    let (scope, _gate) = scope();
    let error = block_on(scope.get_async::<of_both>()).unwrap_err();
    assert_eq!(error.path(), ["of_both", "fails"]);
    scope.dispose().unwrap();
}

struct Panics;

impl Wake for Panics {
    fn wake(self: Arc<Self>) {
        panic!("a waker of somebody else");
    }
}

#[derive(Default)]
struct Counts(AtomicUsize);

impl Wake for Counts {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

#[test]
fn a_waker_that_panics_keeps_nobody_else_from_being_woken_for_a_build() {
    let (scope, gate) = scope();
    let counts = Arc::new(Counts::default());
    let mut first = pin!(scope.get_async::<slow>());
    let mut second = pin!(scope.get_async::<slow>());
    let (panics, woken) = (Waker::from(Arc::new(Panics)), Waker::from(counts.clone()));
    assert!(first.as_mut().poll(&mut Context::from_waker(&panics)).is_pending());
    assert!(second.as_mut().poll(&mut Context::from_waker(&woken)).is_pending());
    let _ = catch_unwind(AssertUnwindSafe(|| gate.open()));
    assert_ne!(counts.0.load(Ordering::SeqCst), 0);
}

#[flow]
async fn waits(#[input] gate: Gate) {
    gate.pass().await;
}

#[test]
fn a_waker_that_panics_keeps_nobody_else_from_being_woken_for_a_change() {
    let (scope, gate) = scope();
    let counts = Arc::new(Counts::default());
    let mut running = Box::pin(scope.exec_async(waits(gate)));
    assert!(poll_once(running.as_mut()).is_pending());
    let mut first = pin!(scope.dispose_async());
    let mut second = pin!(scope.dispose_async());
    let (panics, woken) = (Waker::from(Arc::new(Panics)), Waker::from(counts.clone()));
    assert!(first.as_mut().poll(&mut Context::from_waker(&panics)).is_pending());
    assert!(second.as_mut().poll(&mut Context::from_waker(&woken)).is_pending());
    let _ = catch_unwind(AssertUnwindSafe(|| drop(running)));
    assert_ne!(counts.0.load(Ordering::SeqCst), 0);
}

#[test]
fn a_waker_that_panics_keeps_no_execution_from_being_stopped() {
    let (scope, gate) = scope();
    let counts = Arc::new(Counts::default());
    let mut first = Box::pin(scope.exec_async(waits(gate.clone())));
    let mut second = Box::pin(scope.exec_async(waits(gate)));
    let (panics, woken) = (Waker::from(Arc::new(Panics)), Waker::from(counts.clone()));
    assert!(first.as_mut().poll(&mut Context::from_waker(&panics)).is_pending());
    assert!(second.as_mut().poll(&mut Context::from_waker(&woken)).is_pending());
    let mut ending = pin!(scope.shutdown_when(async {}));
    let _ = catch_unwind(AssertUnwindSafe(|| poll_once(ending.as_mut())));
    assert_ne!(counts.0.load(Ordering::SeqCst), 0);
}

#[test]
fn the_end_of_a_scope_lets_builds_go_on_that_nobody_polls() {
    let (scope, gate) = scope();
    block_on(scope.get_async::<pool>()).unwrap();
    let mut watch = scope.watch::<pool>();
    scope.update::<url>(2).unwrap();
    // As in a `select!` that went the other way.
    assert!(poll_once(pin!(watch.changed())).is_pending());
    let mut getting = pin!(scope.get_async::<slow>());
    assert!(poll_once(getting.as_mut()).is_pending());
    let mut ending = pin!(scope.dispose_async());
    assert!(poll_once(ending.as_mut()).is_pending());
    gate.open();
    let ended = poll_once(ending.as_mut());
    assert!(matches!(ended, Poll::Ready(Ok(()))), "{ended:?}");
    assert_eq!(*block_on(watch.changed()).unwrap(), 20);
    assert!(block_on(watch.changed()).is_err());
    assert!(block_on(getting).is_err());
}

struct Meets(Arc<Barrier>);

impl Drop for Meets {
    fn drop(&mut self) {
        self.0.wait();
        self.0.wait();
    }
}

/// The first build never ends, and its end is slow.
#[executor]
async fn at_second(
    url: Reactive<url>,
    builds: Tag<AtomicUsize>,
    barrier: Tag<Arc<Barrier>>,
) -> u32 {
    if builds.fetch_add(1, Ordering::SeqCst) == 0 {
        let _meets = Meets((*barrier).clone());
        pending::<()>().await;
    }
    *url
}

#[test]
fn nobody_joins_a_build_that_is_being_dropped() {
    let barrier = Arc::new(Barrier::new(2));
    let scope = Scope::builder();
    let scope = scope.tag(AtomicUsize::new(0)).tag(barrier.clone()).build().unwrap();
    let mut first = Box::pin(scope.get_async::<at_second>());
    assert!(poll_once(first.as_mut()).is_pending());
    std::thread::scope(|threads| {
        let second = threads.spawn(|| {
            barrier.wait();
            let mut second = pin!(scope.get_async::<at_second>());
            let polled = poll_once(second.as_mut());
            barrier.wait();
            match polled {
                Poll::Ready(result) => result.map(|value| *value),
                Poll::Pending => block_on(second).map(|value| *value),
            }
        });
        drop(first);
        assert_eq!(second.join().unwrap().unwrap(), 1);
    });
}

type Hook = Mutex<Option<Box<dyn FnOnce() + Send>>>;

static HOOK: Hook = Mutex::new(None);

#[derive(Debug)]
struct Compared(u32);

impl PartialEq for Compared {
    fn eq(&self, other: &Self) -> bool {
        let hook = HOOK.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(hook) = hook {
            hook();
        }
        self.0 == other.0
    }
}

#[executor(mutable, eq)]
fn compared() -> Compared {
    Compared(0)
}

#[executor]
async fn above_compared(compared: Reactive<compared>) -> u32 {
    yield_now().await;
    compared.0
}

#[executor]
async fn fails_later(url: Reactive<url>) -> Result<u32, String> {
    if *url == 2 { Err("refused".into()) } else { Ok(*url) }
}

#[executor]
fn above_all(above: Reactive<above_compared>, fails: Reactive<fails_later>) -> u32 {
    *above + *fails
}

#[test]
fn a_build_that_begins_when_nobody_wants_it_any_more_is_dropped() {
    let (scope, _gate) = scope();
    assert_eq!(*block_on(scope.get_async::<above_all>()).unwrap(), 1);
    scope.update::<compared>(Compared(1)).unwrap();
    scope.update::<url>(2).unwrap();
    let of_hook = scope.clone();
    *HOOK.lock().unwrap() = Some(Box::new(move || {
        assert!(block_on(of_hook.get_async::<fails_later>()).is_err());
    }));
    assert!(block_on(scope.get_async::<above_all>()).is_err());
    assert!(HOOK.lock().unwrap().is_none());
    scope.dispose().unwrap();
}

type Ended = Arc<Mutex<Option<Result<(), DisposeError>>>>;

struct Ender(Option<WeakScope>, Ended);

impl Drop for Ender {
    fn drop(&mut self) {
        if let Some(scope) = self.0.take().and_then(|weak| weak.upgrade()) {
            *self.1.lock().unwrap() = Some(scope.dispose());
        }
    }
}

#[executor]
fn ender(url: Reactive<url>, ended: Tag<Ended>, cx: &ResolveCtx<'_>) -> Ender {
    if *url != 1 {
        return Ender(None, (*ended).clone());
    }
    cx.on_cleanup_async(|| async {});
    Ender(Some(cx.scope()), (*ended).clone())
}

#[test]
fn a_value_that_goes_in_drain_ends_its_scope() {
    let ended = Ended::default();
    let scope = Scope::builder().tag(ended.clone()).build().unwrap();
    drop(scope.get::<ender>().unwrap());
    scope.update::<url>(2).unwrap();
    drop(scope.get::<ender>().unwrap());
    block_on(scope.drain());
    ended.lock().unwrap().take().unwrap().unwrap();
}

type Errors = Arc<Mutex<Vec<String>>>;

#[executor]
fn noted(url: Reactive<url>, errors: Tag<Errors>, cx: &ResolveCtx<'_>) -> u32 {
    let (number, weak, errors) = (*url, cx.scope(), (*errors).clone());
    cx.on_cleanup(move || {
        if number == 1 {
            let scope = weak.upgrade().unwrap();
            errors.lock().unwrap().push(scope.get::<refused>().unwrap_err().to_string());
        }
    });
    number
}

/// Its value is replaced while it is built, and so let go of with the build.
#[executor]
fn refused(noted: Snapshot<noted>, cx: &ResolveCtx<'_>) -> Result<u32, String> {
    let scope = cx.scope().upgrade().unwrap();
    scope.update::<url>(*noted + 1).unwrap();
    drop(scope.get::<noted>().unwrap());
    Err("refused".into())
}

#[test]
fn what_a_failed_fixed_build_lets_go_of_may_come_back_for_it() {
    let errors = Errors::default();
    let scope = Scope::builder().tag(errors.clone()).build().unwrap();
    assert!(scope.get::<refused>().is_err());
    assert_eq!(errors.lock().unwrap().len(), 1);
}

#[flow]
fn quick() -> u32 {
    1
}

#[test]
fn a_dispose_that_refuses_refuses_nobody_else() {
    let (scope, gate) = scope();
    let mut running = Box::pin(scope.exec_async(waits(gate)));
    assert!(poll_once(running.as_mut()).is_pending());
    std::thread::scope(|threads| {
        let executing = threads.spawn(|| {
            for _ in 0..200_000 {
                scope.exec(quick()).unwrap();
            }
        });
        while !executing.is_finished() {
            assert!(matches!(scope.dispose(), Err(DisposeError::Running)));
        }
        executing.join().unwrap();
    });
}

#[derive(Default)]
struct Race {
    has_begun: AtomicBool,
    may_go_on: AtomicBool,
    closed: AtomicUsize,
}

#[executor]
fn raced(url: Reactive<url>, race: Tag<Arc<Race>>, cx: &ResolveCtx<'_>) -> u32 {
    if *url == 1 {
        let closing = (*race).clone();
        cx.on_cleanup_async(move || async move {
            closing.closed.fetch_add(1, Ordering::SeqCst);
        });
        let race = (*race).clone();
        cx.on_cleanup(move || {
            race.has_begun.store(true, Ordering::SeqCst);
            while !race.may_go_on.load(Ordering::SeqCst) {
                std::thread::yield_now();
            }
        });
    }
    *url
}

#[executor]
fn newer(race: Tag<Arc<Race>>, cx: &ResolveCtx<'_>) {
    let race = (*race).clone();
    cx.on_cleanup(move || race.may_go_on.store(true, Ordering::SeqCst));
}

#[test]
fn what_another_thread_lets_go_of_at_the_end_is_closed_before_it() {
    for _ in 0..500 {
        let race = Arc::new(Race::default());
        let scope = Scope::builder().tag(race.clone()).build().unwrap();
        let old = scope.get::<raced>().unwrap().to_dep();
        scope.update::<url>(2).unwrap();
        drop(scope.get::<raced>().unwrap());
        scope.get::<newer>().unwrap();
        std::thread::scope(|threads| {
            threads.spawn(|| drop(old));
            while !race.has_begun.load(Ordering::SeqCst) {
                std::thread::yield_now();
            }
            block_on(scope.dispose_async()).unwrap();
            assert_eq!(race.closed.load(Ordering::SeqCst), 1);
        });
    }
}

/// Fails, and then cleans up for as long as the gate is closed.
#[executor]
async fn fails_slowly(
    gate: Tag<Gate>,
    closed: Tag<Arc<AtomicUsize>>,
    cx: &ResolveCtx<'_>,
) -> Result<u32, String> {
    let (gate, closed) = (gate.clone(), (*closed).clone());
    cx.on_cleanup_async(move || async move {
        gate.pass().await;
        closed.fetch_add(1, Ordering::SeqCst);
    });
    Err("refused".into())
}

#[test]
fn a_cleanup_that_was_given_up_is_told_to_whoever_keeps_the_queue_drained() {
    let (gate, closed) = (Gate::new(), Arc::new(AtomicUsize::new(0)));
    let scope = Scope::builder().tag(gate.clone()).tag(closed.clone()).build().unwrap();
    let counts = Arc::new(Counts::default());
    let woken = Waker::from(counts.clone());
    let mut draining = pin!(scope.downgrade().keep_drained());
    assert!(draining.as_mut().poll(&mut Context::from_waker(&woken)).is_pending());
    let mut failing = Box::pin(scope.get_async::<fails_slowly>());
    assert!(poll_once(failing.as_mut()).is_pending());
    drop(failing);
    gate.open();
    assert_ne!(counts.0.load(Ordering::SeqCst), 0);
    assert!(draining.as_mut().poll(&mut Context::from_waker(&woken)).is_pending());
    assert_eq!(closed.load(Ordering::SeqCst), 1);
}

#[executor]
async fn at_once(url: Reactive<url>) -> u32 {
    *url * 10
}

#[flow]
async fn reads(at_once: Ref<'_, at_once>) -> u32 {
    std::future::ready(()).await;
    *at_once
}

#[test]
fn a_flow_never_fails_because_its_value_has_just_gone_stale() {
    let scope = Scope::new();
    std::thread::scope(|threads| {
        let writing = threads.spawn(|| {
            for number in 0..20_000 {
                scope.update::<url>(number).unwrap();
            }
        });
        while !writing.is_finished() {
            block_on(scope.exec_async(reads())).unwrap();
        }
    });
}

/// Keeps the scope for as long as it awaits what it has looked up.
#[executor]
async fn lazily(url: Reactive<url>, slow: Lazy<slow>) -> u32 {
    slow.get_async().await.map_or(0, |slow| *slow + *url)
}

#[test]
fn the_last_to_keep_a_scope_is_a_build_that_is_given_up() {
    let (scope, _gate) = scope();
    let mut watch = scope.watch::<lazily>();
    assert!(poll_once(pin!(watch.changed())).is_pending());
    let weak = scope.downgrade();
    drop(scope);
    drop(watch);
    assert!(weak.upgrade().is_none());
}
