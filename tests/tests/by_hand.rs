//! Executors without a scope: the function is called by hand, with handles made
//! by hand; and what every handle can do.
#![expect(clippy::too_many_arguments, clippy::unnecessary_wraps, reason = "it has them all")]

use std::io;

use pumped::error::ScopeError;
use pumped::prelude::*;
use pumped::testing;
use pumped_tests::{Log, Runs};

#[executor]
fn config() -> String {
    unreachable!("nothing resolves it")
}

#[executor(mutable)]
fn level() -> u8 {
    unreachable!("nothing resolves it")
}

/// Every handle can be made by hand, and then runs no executor.
#[test]
fn form_a_function_is_called_by_hand() {
    #[executor]
    fn everything(
        dep: Dep<config>,
        reactive: Reactive<level>,
        snapshot: Snapshot<level>,
        lazy: Lazy<config>,
        controller: Controller<level>,
        tag: Tag<u64>,
        absent: Option<Tag<u32>>,
        cx: &ResolveCtx<'_>,
    ) -> Result<String, io::Error> {
        assert!(absent.is_none() && cx.tag::<u64>().is_none());
        assert!(cx.scope().upgrade().is_none());
        let lazy = lazy.get().unwrap();
        let controller = controller.get().unwrap();
        Ok(format!("{dep} {reactive} {snapshot} {lazy} {controller} {tag}"))
    }

    let text = everything(
        Dep::new("dep".into()),
        Reactive::new(1),
        Snapshot::new(2),
        Lazy::ready("lazy".into()),
        Controller::detached(3),
        Tag::new(4),
        None,
        &testing::resolve_cx(),
    );
    assert_eq!(text.unwrap(), "dep 1 2 lazy 3 4");
}

/// The cleanups of a context made by hand run when it is dropped, last first.
#[test]
fn form_cleanups_by_hand() {
    #[executor]
    fn pool(log: Tag<Log>, cx: &ResolveCtx<'_>) -> u8 {
        for line in ["first", "second"] {
            let log = log.clone();
            cx.on_cleanup(move || {
                log.note(line);
            });
        }
        1
    }

    let log = Log::new();
    let cx = testing::resolve_cx();
    assert_eq!(pool(Tag::new(log.clone()), &cx), 1);
    assert_eq!(log.lines(), [""; 0]);
    drop(cx);
    assert_eq!(log.take(), ["second", "first"]);
}

/// A detached controller has a value of its own, to read, update and release.
#[test]
fn form_detached_controller() {
    let controller: Controller<level> = Controller::detached(3);
    let same = controller.clone();
    assert!(controller.is_cached());
    assert_eq!(*controller.peek().unwrap(), 3);
    controller.update(4).unwrap();
    same.modify(|now| now + 1).unwrap();
    assert_eq!(*controller.get().unwrap(), 5);
    drop(controller);
    same.release().unwrap();
    assert_eq!(*same.get().unwrap(), 3, "a release returns to the first value");
    same.update(9).unwrap();
    assert_eq!(*same.reload().unwrap(), 3);

    let fixed: Controller<config> = Controller::detached("value".into());
    assert_eq!(*fixed.get().unwrap(), "value");
}

/// `Lazy::ready` holds one value, shared by its clones and what it returns.
#[test]
fn form_ready_lazy() {
    let lazy: Lazy<config> = Lazy::ready("value".into());
    let first = lazy.get().unwrap();
    let second = lazy.clone().get().unwrap();
    drop(lazy);
    assert!(std::ptr::eq(&raw const *first, &raw const *second));
}

/// A value made by hand is dropped once, with the last of its handles.
#[test]
fn rule_17_values_made_by_hand_are_dropped_once() {
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

    let dep: Dep<counted> = Dep::new(Counted);
    let clone = dep.clone();
    drop(dep);
    assert_eq!(DROPS.get(), 0);
    drop(clone);
    assert_eq!(DROPS.get(), 1);
    drop(Lazy::<counted>::ready(Counted));
    assert_eq!(DROPS.get(), 2);
    drop(Controller::<counted>::detached(Counted));
    assert_eq!(DROPS.get(), 3);
}

/// All handles have `Debug`, which needs nothing of the value, and forward
/// `Display`, `PartialEq` and `AsRef`.
#[test]
fn form_what_handles_forward() {
    #[derive(PartialEq)]
    struct Opaque;
    #[executor]
    fn opaque() -> Opaque {
        Opaque
    }

    fn as_str(text: &impl AsRef<String>) -> &str {
        text.as_ref()
    }

    let dep: Dep<opaque> = Dep::new(Opaque);
    assert!(dep == Dep::new(Opaque));
    assert_eq!(format!("{dep:?}"), "Dep<opaque>");
    assert_eq!(format!("{:?}", Reactive::<level>::new(1)), "Reactive<level>");
    assert_eq!(format!("{:?}", Snapshot::<level>::new(1)), "Snapshot<level>");
    assert!(format!("{:?}", Lazy::<opaque>::ready(Opaque)).starts_with("Lazy<"));
    assert!(format!("{:?}", Controller::<opaque>::detached(Opaque)).starts_with("Controller<"));
    assert!(format!("{:?}", Tag::new(Opaque)).starts_with("Tag<"));

    let scope = Scope::builder().preset::<config>("text".into()).tag(5_u8).build().unwrap();
    let config_ref = scope.get::<config>().unwrap();
    assert_eq!((as_str(&config_ref), config_ref.to_string().as_str()), ("text", "text"));
    assert_eq!(format!("{config_ref:?}"), "Ref<config>");
    assert!(config_ref == scope.get::<config>().unwrap());
    let own: Dep<config> = Dep::new("text".into());
    assert!(config_ref.to_dep() == own && as_str(&own) == "text");
    assert!(Reactive::<level>::new(1) == Reactive::new(1));
    assert!(Snapshot::<level>::new(1) != Snapshot::new(2));
    assert!(Tag::new(5_u8) == Tag::new(5) && Tag::new(5_u8).to_string() == "5");
}

/// Handles may be sent and shared, whatever they are of.
#[test]
fn form_handles_are_send_and_sync() {
    fn check<T: Send + Sync>() {}
    check::<Scope>();
    check::<Ref<'static, config>>();
    check::<Dep<config>>();
    check::<Reactive<level>>();
    check::<Snapshot<level>>();
    check::<Lazy<config>>();
    check::<Controller<config>>();
    check::<Tag<u8>>();
    check::<ResolveError>();
    check::<ScopeError>();
    check::<ResolveCtx<'static>>();
}
