//! Lazy handles and controllers: resolved when asked, and without a hold on their scope.

use std::error::Error;

use pumped::error::{ResolveErrorKind, ScopeError};
use pumped::prelude::*;
use pumped_tests::{Log, Runs, together};

#[executor]
fn fixed(log: Tag<Log>) -> usize {
    log.note("fixed")
}

#[executor(mutable)]
fn live(log: Tag<Log>) -> usize {
    log.note("live")
}

#[executor]
struct Handles {
    lazy: Lazy<fixed>,
    lazy_live: Lazy<live>,
    fixed: Controller<fixed>,
    live: Controller<live>,
}

/// Parity 10: not resolved before it is asked; `peek` and `is_cached` never resolve.
#[test]
fn rule_11_a_handle_resolves_nothing_before_it_is_asked() {
    let log = Log::new();
    let scope = log.scope();
    let handles = scope.get::<Handles>().unwrap();
    assert!(!handles.fixed.is_cached() && !handles.live.is_cached());
    assert!(handles.fixed.peek().is_none() && handles.live.peek().is_none());
    assert!(!scope.is_cached::<fixed>() && scope.peek::<live>().is_none());
    assert_eq!(log.take(), [""; 0]);

    assert_eq!((*handles.lazy.get().unwrap(), *handles.lazy.get().unwrap()), (1, 1));
    assert_eq!(log.take(), ["fixed"]);
    assert!(handles.fixed.is_cached() && !handles.live.is_cached());
    assert_eq!(*handles.lazy_live.get().unwrap(), 1);
    assert_eq!(*handles.live.peek().unwrap(), 1);
    assert_eq!(log.take(), ["live"]);
}

/// Parity 10: two lazy edges and a tag choose; the other one is never built.
#[test]
fn rule_11_two_lazy_edges_and_a_tag_choose() {
    struct InMemory;

    #[executor]
    fn disk(log: Tag<Log>) -> Result<&'static str, String> {
        log.note("disk");
        Err("no disk".into())
    }
    #[executor]
    fn memory(log: Tag<Log>) -> &'static str {
        log.note("memory");
        "memory"
    }
    #[executor]
    fn store(
        mode: Option<Tag<InMemory>>,
        disk: Lazy<disk>,
        memory: Lazy<memory>,
    ) -> Result<&'static str, ResolveError> {
        if mode.is_some() { Ok(*memory.get()?) } else { Ok(*disk.get()?) }
    }

    let log = Log::new();
    let scope = log.builder().tag(InMemory).build().unwrap();
    assert_eq!(*scope.get::<store>().unwrap(), "memory");
    assert!(!scope.is_cached::<disk>());
    assert_eq!(log.take(), ["memory"]);

    // The error surfaces where it is asked for.
    let error = log.scope().get::<store>().unwrap_err();
    assert_eq!(error.path(), ["store", "disk"]);
    assert_eq!(error.to_string(), "resolving `store` -> `disk`: no disk");
    assert_eq!(log.take(), ["disk"]);
}

/// Rule 2: an error through a handle is not cached, and who asks may go on.
#[test]
fn rule_02_an_error_through_a_handle() {
    #[executor]
    fn flaky(log: Tag<Log>) -> Result<usize, String> {
        let attempt = log.note("flaky");
        if attempt == 1 { Err("not yet".into()) } else { Ok(attempt) }
    }
    #[executor]
    fn patient(flaky: Lazy<flaky>) -> usize {
        let error = flaky.get().unwrap_err();
        assert_eq!((error.kind(), error.path()), (ResolveErrorKind::Failed, &["flaky"][..]));
        *flaky.get().unwrap()
    }

    let log = Log::new();
    assert_eq!(*log.scope().get::<patient>().unwrap(), 2);
}

/// Parity 11: a controller kept in a closure reads and changes the current value
/// from any thread.
#[test]
fn rule_13_a_button_counts_from_every_thread() {
    #[executor(mutable)]
    fn count() -> u64 {
        0
    }
    #[executor]
    fn button(count: Controller<count>) -> Box<dyn Fn() -> u64 + Send + Sync> {
        Box::new(move || {
            count.modify(|now| now + 1).unwrap();
            *count.get().unwrap()
        })
    }

    let scope = Scope::new();
    let press = scope.get::<button>().unwrap();
    let seen = together(8, |_| (0..500).map(|_| press()).collect::<Vec<_>>());
    assert_eq!(*scope.get::<count>().unwrap(), 8 * 500);
    assert!(seen.iter().all(|counts| counts.is_sorted() && counts[0] >= 1));
}

/// Parity 13: everything that a controller of a live executor can do.
#[test]
fn rule_09_a_controller_changes_a_live_executor() {
    let log = Log::new();
    let scope = log.scope();
    let controller = scope.controller::<live>();
    controller.update(10).unwrap();
    assert_eq!((*scope.get::<live>().unwrap(), log.count("live")), (10, 0));
    controller.modify(|now| now + 1).unwrap();
    assert_eq!(*controller.clone().get().unwrap(), 11);
    controller.release().unwrap();
    assert!(controller.peek().is_none() && !scope.is_cached::<live>());
    assert_eq!((*controller.get().unwrap(), log.count("live")), (1, 1));
    assert_eq!((*controller.reload().unwrap(), log.count("live")), (2, 2));
}

/// Reading through a controller in a build makes no reactive edge.
#[test]
fn rule_11_a_controller_is_no_reactive_edge() {
    #[executor]
    fn seen(log: Tag<Log>, live: Controller<live>) -> Result<usize, ResolveError> {
        log.note("seen");
        Ok(*live.get()?)
    }

    let log = Log::new();
    let scope = log.scope();
    assert_eq!(*scope.get::<seen>().unwrap(), 1);
    scope.update::<live>(9).unwrap();
    assert_eq!(*scope.get::<seen>().unwrap(), 1);
    assert_eq!(log.count("seen"), 1);
}

/// Handles hold their scope weakly: with the last `Scope` it is gone, values and
/// all, and they say so.
#[test]
fn rule_19_handles_after_the_scope_is_gone() {
    static DROPS: Runs = Runs::new();
    struct Counted;
    impl Drop for Counted {
        fn drop(&mut self) {
            DROPS.up();
        }
    }
    #[executor]
    fn counted() -> Counted {
        Counted
    }

    let log = Log::new();
    let scope = log.scope();
    let handles = scope.dep::<Handles>().unwrap();
    let weak = scope.downgrade();
    scope.get::<counted>().unwrap();
    handles.lazy.get().unwrap();
    handles.live.get().unwrap();
    let last = scope.clone();
    drop(scope);
    assert!(handles.lazy.get().is_ok() && weak.upgrade().is_some());
    assert_eq!(DROPS.get(), 0);
    drop(last);
    assert_eq!(DROPS.get(), 1);

    let error = handles.lazy.get().unwrap_err();
    assert_eq!((error.kind(), error.path()), (ResolveErrorKind::Disposed, &["fixed"][..]));
    assert_eq!(error.to_string(), "resolving `fixed`: the scope is disposed");
    assert!(error.source().is_none());
    assert_eq!(handles.fixed.get().unwrap_err().kind(), ResolveErrorKind::Disposed);
    assert_eq!(handles.live.get().unwrap_err().kind(), ResolveErrorKind::Disposed);
    assert!(handles.fixed.peek().is_none() && handles.live.peek().is_none());
    assert!(!handles.fixed.is_cached() && !handles.live.is_cached());
    assert!(weak.upgrade().is_none() && weak.clone().upgrade().is_none());
    let live = &handles.live;
    let changes =
        [live.update(1), live.modify(|now| *now), live.release(), live.reload().map(drop)];
    for change in changes {
        assert!(matches!(change, Err(ScopeError::Disposed)), "{change:?}");
    }
    assert_eq!((log.count("fixed"), log.count("live")), (1, 1));
}

/// Rule 19: after `dispose` a scope refuses everything, however it is asked.
#[test]
fn rule_19_a_disposed_scope_refuses() {
    let log = Log::new();
    let scope = log.scope();
    let handles = scope.dep::<Handles>().unwrap();
    scope.get::<fixed>().unwrap();
    scope.get::<live>().unwrap();
    scope.dispose().unwrap();

    let errors = [
        scope.get::<fixed>().map(drop),
        scope.get::<live>().map(drop),
        scope.dep::<fixed>().map(drop),
        scope.dep::<live>().map(drop),
        scope.get::<Handles>().map(drop),
        handles.lazy.get().map(drop),
        handles.live.get().map(drop),
        scope.controller::<fixed>().get().map(drop),
    ];
    for error in errors {
        assert_eq!(error.unwrap_err().kind(), ResolveErrorKind::Disposed);
    }
    let changes = [
        scope.update::<live>(1),
        scope.modify::<live>(|now| *now),
        scope.release::<live>(),
        scope.reload::<live>().map(drop),
        handles.live.update(1),
    ];
    for change in changes {
        assert!(matches!(change, Err(ScopeError::Disposed)), "{change:?}");
    }
    assert!(!scope.is_cached::<fixed>() && scope.peek::<fixed>().is_none());
    assert!(!scope.is_cached::<live>() && scope.peek::<live>().is_none());
    scope.dispose().unwrap();
}

/// A controller that is at work when the last `Scope` goes is no user of it: the
/// scope is gone when the work is done, and not before.
#[test]
fn rule_19_the_scope_goes_during_a_controllers_work() {
    let log = Log::new();
    let scope = log.scope();
    let controller = scope.controller::<live>();
    let mut scope = Some(scope);
    controller
        .modify(|now| {
            scope.take();
            now + 1
        })
        .unwrap();
    assert_eq!(controller.get().unwrap_err().kind(), ResolveErrorKind::Disposed);
}

/// A value may own a scope, and resolve in it while it is built.
#[test]
fn rule_01_a_scope_inside_of_a_value() {
    #[executor]
    fn inner(log: Tag<Log>) -> Scope {
        let scope = log.scope();
        scope.get::<fixed>().unwrap();
        scope
    }
    #[executor]
    fn through(inner: Dep<inner>, fixed: Dep<fixed>) -> [usize; 2] {
        [*inner.get::<self::fixed>().unwrap().into_inner(), *fixed]
    }

    let log = Log::new();
    let scope = log.scope();
    assert_eq!(*scope.get::<through>().unwrap(), [1, 2]);
    assert_eq!(log.take(), ["fixed", "fixed"]);
}
