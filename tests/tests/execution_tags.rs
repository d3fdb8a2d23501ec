//! Rule 22: tags of executions, from their setting to their end.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use pumped::prelude::*;
use pumped_tests::{Log, Runs, together};

#[derive(Debug, PartialEq)]
struct Color(&'static str);
struct Size(u32);

#[flow]
fn color(cx: &ExecutionCtx<'_>) -> Option<&'static str> {
    cx.tag::<Color>().map(|color| color.0)
}

#[flow]
fn taken(color: Option<Tag<Color>>) -> Option<&'static str> {
    color.map(|color| color.0)
}

#[flow]
fn sets(cx: &ExecutionCtx<'_>, #[input] color: &'static str) -> Option<&'static str> {
    cx.set(Color(color));
    assert_eq!(cx.exec(taken()).unwrap(), Some(color));
    cx.own_tag::<Color>().map(|color| color.0)
}

#[flow]
fn parent(cx: &ExecutionCtx<'_>) {
    assert_eq!(cx.exec(color()).unwrap(), None);
    // A child does not write up, and siblings see nothing of each other.
    assert_eq!(cx.exec(sets("red")).unwrap(), Some("red"));
    assert_eq!(cx.exec(color()).unwrap(), None);
    assert_eq!(cx.exec(taken()).unwrap(), None);
    assert_eq!(cx.exec(sets("blue")).unwrap(), Some("blue"));
    assert_eq!(cx.tag::<Color>(), None);
    // What is set later is seen by the next child, and does not hide the child's own.
    cx.set(Color("green"));
    assert_eq!(cx.exec(color()).unwrap(), Some("green"));
    assert_eq!(cx.exec(taken()).unwrap(), Some("green"));
    assert_eq!(cx.exec(sets("red")).unwrap(), Some("red"));
    assert_eq!(cx.tag::<Color>(), Some(&Color("green")));
}

#[test]
fn rule_22_children_read_up_and_never_write_up() {
    let scope = Scope::new();
    scope.exec(parent()).unwrap();
    assert_eq!(scope.exec(color()).unwrap(), None);
    assert_eq!(scope.tag::<Color>(), None);
}

/// Parity 24: own, then ancestors from the nearest on, then the scope; each type for itself.
#[test]
fn rule_22_the_nearest_tag_counts() {
    #[flow]
    fn third(cx: &ExecutionCtx<'_>) -> (Option<&'static str>, Option<u32>, bool) {
        let own = cx.own_tag::<Color>().is_some() || cx.own_tag::<Size>().is_some();
        (cx.tag::<Color>().map(|color| color.0), cx.tag::<Size>().map(|size| size.0), own)
    }
    #[flow]
    fn second(cx: &ExecutionCtx<'_>) -> (Option<&'static str>, Option<u32>, bool) {
        cx.set(Size(2));
        cx.exec(third()).unwrap()
    }
    #[flow]
    fn first(cx: &ExecutionCtx<'_>) -> (Option<&'static str>, Option<u32>, bool) {
        cx.exec(second()).unwrap()
    }
    let scope = Scope::builder().tag(Color("scope")).tag(Size(0)).build().unwrap();
    assert_eq!(scope.exec(third()).unwrap(), (Some("scope"), Some(0), false));
    assert_eq!(scope.exec(first()).unwrap(), (Some("scope"), Some(2), false));
    let root = || scope.context().tag(Color("first")).tag(Size(1)).tag(Color("root"));
    assert_eq!(root().exec(third()).unwrap(), (Some("root"), Some(1), true));
    assert_eq!(root().exec(first()).unwrap(), (Some("root"), Some(2), false));
    // A root run through the scope of another execution is no child of it.
    #[flow]
    fn around(cx: &ExecutionCtx<'_>) -> Option<&'static str> {
        cx.set(Color("around"));
        cx.scope().exec(color()).unwrap()
    }
    assert_eq!(scope.exec(around()).unwrap(), Some("scope"));
}

/// A child that is running sees what its parent sets meanwhile, here by way of another
/// thread.
#[test]
fn rule_22_a_running_child_sees_what_its_parent_sets_later() {
    #[flow]
    fn waits(cx: &ExecutionCtx<'_>, #[input] set: &(dyn Fn() + Sync)) -> (bool, u32) {
        let before = cx.tag::<Size>().is_some();
        set();
        (before, cx.tag::<Size>().unwrap().0)
    }
    #[flow]
    fn outer(cx: &ExecutionCtx<'_>) -> (bool, u32) {
        let set = || {
            std::thread::scope(|threads| {
                threads.spawn(|| cx.set(Size(5)));
            });
        };
        cx.exec(waits(&set)).unwrap()
    }
    assert_eq!(Scope::new().exec(outer()).unwrap(), (false, 5));
}

#[test]
fn rule_22_setting_a_type_twice_keeps_the_old_reference_valid() {
    #[flow]
    fn many(cx: &ExecutionCtx<'_>) -> usize {
        cx.set(String::from("number 0"));
        let mut seen = vec![cx.tag::<String>().unwrap()];
        for number in 1..100 {
            cx.set(format!("number {number}"));
            seen.push(cx.tag::<String>().unwrap());
        }
        for (number, text) in seen.iter().enumerate() {
            assert_eq!(**text, format!("number {number}"));
        }
        assert_eq!(cx.own_tag::<String>().unwrap(), "number 99");
        seen.len()
    }
    assert_eq!(Scope::new().exec(many()).unwrap(), 100);
}

/// Counts its drops.
struct Counted(Arc<AtomicUsize>, u32);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

#[flow]
fn owns(tag: Tag<Counted>) -> Tag<Counted> {
    tag
}

#[flow]
fn sets_counted(
    cx: &ExecutionCtx<'_>,
    #[input] drops: &Arc<AtomicUsize>,
    #[input] ends: u32,
) -> Result<Tag<Counted>, String> {
    cx.set(Counted(drops.clone(), 1));
    cx.set(Counted(drops.clone(), 2));
    let taken = cx.exec(owns()).unwrap();
    match ends {
        0 => Ok(taken),
        1 => Err("failed".into()),
        2 => panic!("panicked"),
        _ => cx.exec(sets_counted(drops, ends - 3)).map_err(|error| error.to_string()),
    }
}

/// Every tag is dropped exactly once: at the end of its execution, or of the last `Tag`.
#[test]
fn rule_22_tags_are_dropped_once() {
    let drops = Arc::new(AtomicUsize::new(0));
    let count = || drops.swap(0, Ordering::SeqCst);
    let scope = Scope::new();
    let held = scope.exec(sets_counted(&drops, 0)).unwrap();
    assert_eq!((count(), held.1), (1, 2));
    drop(scope);
    // A `Tag` outlives its execution, and the scope.
    assert_eq!((count(), held.1), (0, 2));
    drop(held);
    assert_eq!(count(), 1);
    let scope = Scope::new();
    assert!(matches!(scope.exec(sets_counted(&drops, 1)), Err(FlowError::Failed(_))));
    assert_eq!(count(), 2);
    assert!(matches!(scope.exec(sets_counted(&drops, 2)), Err(FlowError::Panicked(_))));
    assert_eq!(count(), 2);
    assert!(scope.exec(sets_counted(&drops, 5)).is_err());
    assert_eq!(count(), 4);
    // Of a context that runs nothing, and of one whose execution is refused.
    let context = |number| scope.context().tag(Counted(drops.clone(), number));
    drop(context(1));
    assert_eq!(count(), 1);
    assert_eq!(context(3).exec(owns()).unwrap().1, 3);
    assert_eq!(count(), 1);
    scope.dispose().unwrap();
    assert!(matches!(
        scope.context().tag(Counted(drops.clone(), 4)).exec(owns()),
        Err(FlowError::Disposed)
    ));
    assert_eq!(count(), 1);
    assert_eq!(Arc::strong_count(&drops), 1);
}

/// With a history they live as long as their node.
#[test]
fn rule_22_tags_of_kept_executions_are_dropped_with_their_node() {
    let drops = Arc::new(AtomicUsize::new(0));
    let count = || drops.swap(0, Ordering::SeqCst);
    let scope = Scope::builder().history(1).build().unwrap();
    drop(scope.exec(sets_counted(&drops, 0)).unwrap());
    assert_eq!(count(), 0);
    let tree = scope.executions();
    assert_eq!(tree.roots()[0].tag::<Counted>().unwrap().1, 2);
    assert!(scope.exec(sets_counted(&drops, 2)).is_err());
    // The snapshot still has the first one.
    assert_eq!(count(), 0);
    drop(tree);
    assert_eq!(count(), 2);
    drop(scope);
    assert_eq!(count(), 2);
}

/// Panics when it is dropped, and counts.
struct Explosive(Log);

impl Drop for Explosive {
    fn drop(&mut self) {
        self.0.note("explosive");
        panic!("the tag");
    }
}

/// A tag that panics when it is dropped stops neither the others nor the result.
#[test]
fn rule_22_a_tag_that_panics_at_its_end() {
    #[flow]
    fn explosive(cx: &ExecutionCtx<'_>, #[input] log: &Log, #[input] fails: bool) -> u32 {
        let drops = Arc::new(AtomicUsize::new(0));
        cx.set(Counted(drops.clone(), 1));
        cx.set(Explosive(log.clone()));
        cx.set(drops);
        cx.set(Explosive(log.clone()));
        assert!(!fails, "the body");
        1
    }
    let log = Log::new();
    let scope = Scope::new();
    assert_eq!(scope.exec(explosive(&log, false)).unwrap(), 1);
    assert_eq!(log.count("explosive"), 2);
    let Err(FlowError::Panicked(panic)) = scope.exec(explosive(&log, true)) else { panic!() };
    assert_eq!(panic.message(), "the body");
    assert_eq!(log.count("explosive"), 4);
    let scope = Scope::builder().history(1).build().unwrap();
    for run in 0..3 {
        assert_eq!(scope.exec(explosive(&log, false)).unwrap(), 1);
        assert_eq!(log.count("explosive"), 4 + run * 2);
    }
    drop(scope);
    assert_eq!(log.count("explosive"), 10);
}

/// Several threads may set and read the tags of one execution.
#[test]
fn rule_22_tags_from_several_threads() {
    static ENDED: Runs = Runs::new();
    #[flow]
    fn shared(cx: &ExecutionCtx<'_>) -> u32 {
        together(4, |thread| {
            for number in 0..500 {
                match thread {
                    0 => cx.set(Size(number)),
                    1 => cx.set(number),
                    2 => drop(cx.exec(taken()).unwrap()),
                    _ => assert!(cx.tag::<Size>().is_none_or(|size| size.0 < 500)),
                }
            }
            ENDED.up();
        });
        cx.tag::<Size>().unwrap().0 + *cx.tag::<u32>().unwrap()
    }
    assert_eq!(Scope::new().exec(shared()).unwrap(), 499 * 2);
    assert_eq!(ENDED.get(), 4);
}
