//! Rule 17: lazy handles and controllers count in the order of the cleanups.

use std::sync::{Arc, Mutex};

use pumped::prelude::*;

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
