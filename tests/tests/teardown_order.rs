//! Rule 17: lazy handles, controllers, what a comparison resolves and what a plan holds count
//! in the order of the cleanups.

use std::pin::pin;
use std::sync::{Arc, Mutex, OnceLock};

use pumped::WeakScope;
use pumped::prelude::*;
use pumped_tests::futures::{poll_once, run as run_async, yield_now};

type Log = Arc<Mutex<Vec<&'static str>>>;

fn note(cx: &ResolveCtx<'_>) {
    let log = cx.tag::<Log>().unwrap().clone();
    let name = cx.name();
    cx.on_cleanup(move || log.lock().unwrap().push(name));
}

fn run(ask: impl FnOnce(&Scope)) -> Vec<&'static str> {
    let log = Log::default();
    let scope = Scope::builder().tag(log.clone()).build().unwrap();
    ask(&scope);
    scope.dispose().unwrap();
    log.lock().unwrap().clone()
}

#[executor]
fn database(cx: &ResolveCtx<'_>) -> u32 {
    note(cx);
    1
}

/// Has no cleanup of its own: the order leads through it.
#[executor]
fn repository(database: Dep<database>) -> u32 {
    *database
}

#[executor]
fn scheduler(repository: Lazy<repository>, cx: &ResolveCtx<'_>) -> Lazy<repository> {
    note(cx);
    repository
}

#[executor]
fn page(other: Controller<menu>, cx: &ResolveCtx<'_>) -> Controller<menu> {
    note(cx);
    other
}

#[executor]
fn menu(other: Controller<page>, cx: &ResolveCtx<'_>) -> Controller<page> {
    note(cx);
    other
}

/// Rule 17: what a lazy handle reaches was built later, and is cleaned up later, too.
#[test]
fn rule_17_what_a_lazy_handle_reaches_outlives_it() {
    let order = run(|scope| {
        let scheduler = scope.get::<scheduler>().unwrap();
        scheduler.get().unwrap();
    });
    assert_eq!(order, ["scheduler", "database"]);
}

/// Rule 17: controllers that lead round in a circle do not count: the last built first.
#[test]
fn rule_17_a_circle_of_controllers_binds_nothing() {
    let order = run(|scope| {
        scope.get::<page>().unwrap();
        scope.get::<menu>().unwrap();
    });
    assert_eq!(order, ["menu", "page"]);
    let order = run(|scope| {
        scope.get::<menu>().unwrap();
        scope.get::<page>().unwrap();
    });
    assert_eq!(order, ["page", "menu"]);
}

/// What a comparison finds its scope by.
type Later = Arc<OnceLock<WeakScope>>;

struct Compared(Later);

impl PartialEq for Compared {
    fn eq(&self, _: &Self) -> bool {
        let scope = self.0.get().and_then(WeakScope::upgrade).unwrap();
        scope.get::<rates>().is_err()
    }
}

#[executor(mutable)]
fn source() -> u32 {
    1
}

#[executor]
fn rates(cx: &ResolveCtx<'_>) -> u32 {
    note(cx);
    1
}

#[executor(eq)]
fn price(_source: Reactive<source>, later: Tag<Later>, cx: &ResolveCtx<'_>) -> Compared {
    note(cx);
    Compared(Later::clone(&later))
}

#[test]
fn rule_17_what_a_comparison_resolves_outlives_the_value_that_it_was_asked_of() {
    let log = Log::default();
    let later = Later::default();
    let scope = Scope::builder().tag(log.clone()).tag(later.clone()).build().unwrap();
    assert!(later.set(scope.downgrade()).is_ok());
    let _ = scope.get::<price>().unwrap();
    scope.update::<source>(2).unwrap();
    assert!(!scope.is_cached::<rates>());
    let _ = scope.get::<price>().unwrap();
    assert!(scope.is_cached::<rates>(), "the comparison has built it");
    assert_eq!(*log.lock().unwrap(), ["price"], "the version before");
    scope.dispose().unwrap();
    assert_eq!(*log.lock().unwrap(), ["price", "price", "rates"]);
}

/// Tells of its end.
struct Ends(&'static str, Log);

impl Drop for Ends {
    fn drop(&mut self) {
        self.1.lock().unwrap().push(self.0);
    }
}

#[executor]
fn provided() -> Ends;

#[executor]
fn built(log: Tag<Log>) -> Ends {
    Ends("built", Log::clone(&log))
}

#[executor]
fn below(_source: Reactive<source>, log: Tag<Log>) -> Ends {
    Ends("below", Log::clone(&log))
}

#[executor]
async fn awaited(_source: Reactive<source>, log: Tag<Log>) -> Ends {
    yield_now().await;
    Ends("awaited", Log::clone(&log))
}

#[executor]
fn top(_below: Reactive<below>, _awaited: Reactive<awaited>) -> u32 {
    unreachable!("nobody waits for it")
}

/// Rule 17: what a build that was planned and never run is to have is let go of in its turn.
#[test]
fn rule_17_what_is_provided_outlives_what_a_plan_holds() {
    let log = Log::default();
    let provide = Ends("provided", log.clone());
    let builder = Scope::builder().tag(log.clone()).provide::<provided>(provide);
    let scope = builder.build().unwrap();
    let mut watch = scope.watch::<top>();
    scope.get::<provided>().unwrap();
    scope.get::<built>().unwrap();
    // A plan for `top`, of `below` and of `awaited`, which `dispose_async` sees to its end.
    assert!(poll_once(pin!(watch.changed())).is_pending());
    run_async(scope.dispose_async()).0.unwrap();
    assert!(log.lock().unwrap().is_empty(), "the values are there until the scope goes");
    drop(scope);
    assert_eq!(*log.lock().unwrap(), ["awaited", "below", "built", "provided"]);
}
