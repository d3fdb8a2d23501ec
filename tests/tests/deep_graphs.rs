//! Rule 7: chains of a thousand executors, in any order of declaration, on a
//! stack of 2 MiB, without a raised recursion limit.

#[macro_use]
#[path = "deep_graphs/names.rs"]
mod names;

use std::sync::{Arc, Mutex};

use pumped::error::ResolveErrorKind;
use pumped::graph::{Graph, NodeState};
use pumped::prelude::*;
use pumped_tests::{on_small_stack, together};

const LENGTH: usize = 1000;

/// What happened to the links of a chain, by their numbers: a scope's tag.
#[derive(Clone, Default)]
struct Seen(Arc<Mutex<Vec<(What, usize)>>>);

#[derive(Clone, Copy, Debug, PartialEq)]
enum What {
    Built,
    Cleaned,
    Dropped,
}

impl Seen {
    fn note(&self, what: What, number: usize) {
        self.0.lock().unwrap().push((what, number));
    }

    fn take(&self) -> Vec<(What, usize)> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }

    fn scope(&self) -> Scope {
        Scope::builder().tag(self.clone()).build().unwrap()
    }
}

/// Makes the first link fail: a scope's tag.
struct Broken;

/// A link of a chain; it holds the one below, so that a drop that follows what it
/// drops would need a thousand frames.
struct Link {
    number: usize,
    seen: Seen,
    _below: Option<Box<dyn Send + Sync>>,
}

impl Link {
    fn new(number: usize, below: Option<Box<dyn Send + Sync>>, cx: &ResolveCtx<'_>) -> Self {
        let seen = cx.tag::<Seen>().unwrap();
        seen.note(What::Built, number);
        let cleaned = seen.clone();
        cx.on_cleanup(move || cleaned.note(What::Cleaned, number));
        Self { number, seen: seen.clone(), _below: below }
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.seen.note(What::Dropped, self.number);
    }
}

macro_rules! first {
    ($name:ident) => {
        #[executor]
        pub(crate) fn $name(
            broken: Option<Tag<Broken>>,
            cx: &ResolveCtx<'_>,
        ) -> Result<Link, &'static str> {
            if broken.is_some() { Err("broken") } else { Ok(Link::new(0, None, cx)) }
        }
    };
}

/// Declares each of `$name` with a dependency on that of `$below` at its place.
macro_rules! links {
    ([$($name:ident)*] on [$($below:ident)*]) => {$(
        #[executor]
        pub(crate) fn $name(below: Dep<$below>, cx: &ResolveCtx<'_>) -> Link {
            Link::new(below.number + 1, Some(Box::new(below)), cx)
        }
    )*};
}

/// Each depends on the one declared before it.
macro_rules! forward {
    ([$first:ident $($name:ident)*]) => {
        first!($first);
        links!([$($name)* top] on [$first $($name)*]);
    };
}

/// Each depends on the one declared after it.
macro_rules! backward {
    ([$first:ident $($name:ident)*]) => {
        links!([top $first $($name)*] on [$first $($name)* bottom]);
        first!(bottom);
    };
}

mod up {
    use super::{Broken, Link};
    use pumped::prelude::*;

    with_a_thousand_names!(forward!);
}

mod down {
    use super::{Broken, Link};
    use pumped::prelude::*;

    with_a_thousand_names!(backward!);
}

fn in_order(what: What, numbers: impl Iterator<Item = usize>) -> Vec<(What, usize)> {
    numbers.map(|number| (what, number)).collect()
}

/// Each link is built once, from the bottom; declared from the bottom.
#[test]
fn rule_07_a_chain_that_is_declared_upwards() {
    on_small_stack(|| {
        let seen = Seen::default();
        let scope = seen.scope();
        assert_eq!(scope.get::<up::top>().unwrap().number, LENGTH);
        assert_eq!(seen.take(), in_order(What::Built, 0..=LENGTH));
        scope.get::<up::n500>().unwrap();
        assert_eq!(seen.take(), []);
    });
}

/// Each link is built once, from the bottom; declared from the top.
#[test]
fn rule_07_a_chain_that_is_declared_downwards() {
    on_small_stack(|| {
        let seen = Seen::default();
        let scope = seen.scope();
        assert_eq!(scope.get::<down::top>().unwrap().number, LENGTH + 1);
        assert_eq!(seen.take(), in_order(What::Built, 0..=LENGTH + 1));
    });
}

/// Rules 7 and 17: with the scope, the links go from the top, each cleaned up
/// before any that it depends on, in a loop.
#[test]
fn rule_07_the_end_of_a_scope_does_not_recurse() {
    on_small_stack(|| {
        let seen = Seen::default();
        let scope = seen.scope();
        scope.get::<up::top>().unwrap();
        seen.take();
        scope.dispose().unwrap();
        assert_eq!(seen.take(), in_order(What::Cleaned, (0..=LENGTH).rev()));
        drop(scope);
        assert_eq!(seen.take(), in_order(What::Dropped, (0..=LENGTH).rev()));
    });
}

/// Rules 7 and 17: what somebody holds keeps all that is below it, and lets go of
/// it in a loop.
#[test]
fn rule_07_the_last_holder_of_a_chain_does_not_recurse() {
    on_small_stack(|| {
        let seen = Seen::default();
        let scope = seen.scope();
        let held = scope.dep::<down::top>().unwrap();
        seen.take();
        drop(scope);
        assert!(seen.take().iter().all(|(what, _)| *what == What::Cleaned));
        assert_eq!(held.number, LENGTH + 1);
        drop(held);
        assert_eq!(seen.take(), in_order(What::Dropped, (0..=LENGTH + 1).rev()));
    });
}

/// Rule 7: an error from the bottom of a chain has the whole path, and is shown,
/// cloned and dropped without recursion.
#[test]
fn rule_07_an_error_with_a_long_path() {
    on_small_stack(|| {
        let seen = Seen::default();
        let scope = Scope::builder().tag(seen.clone()).tag(Broken).build().unwrap();
        let error = scope.get::<up::top>().unwrap_err();
        assert_eq!(error.kind(), ResolveErrorKind::Failed);
        assert_eq!(error.path().len(), LENGTH + 1);
        let (top, bottom) = (error.path()[0], error.executor());
        assert_eq!((top, bottom), ("top", "n000"));
        let text = error.to_string();
        assert!(text.starts_with("resolving `top` -> `n999` -> `n998` -> "), "{text}");
        assert!(text.ends_with("-> `n001` -> `n000`: broken"), "{text}");
        let clone = error.clone();
        drop(error);
        drop(clone);
        assert_eq!(seen.take(), []);
    });
}

/// Rules 1 and 7: threads that come in at several places share the links.
#[test]
fn rule_07_several_threads_on_one_chain() {
    let seen = Seen::default();
    let scope = seen.scope();
    let numbers = together(8, |at| match at % 4 {
        0 => scope.get::<up::top>().unwrap().number,
        1 => scope.get::<up::n750>().unwrap().number,
        2 => scope.get::<up::n500>().unwrap().number,
        _ => scope.get::<up::n250>().unwrap().number,
    });
    assert_eq!(numbers, [1000, 750, 500, 250, 1000, 750, 500, 250]);
    assert_eq!(seen.take(), in_order(What::Built, 0..=LENGTH));
}

/// Rule 7: looking at a chain does not recurse either.
#[test]
fn rule_07_graph_and_check_of_a_chain() {
    on_small_stack(|| {
        let graph = Graph::of::<down::top>();
        assert_eq!(graph.nodes().len(), LENGTH + 2);
        assert_eq!(graph.to_string().lines().count(), LENGTH + 2);
        assert_eq!(graph.to_dot().matches(" -> ").count(), LENGTH + 1);
        assert_eq!(graph.to_mermaid().matches("-->|dep|").count(), LENGTH + 1);

        let scope = Seen::default().scope();
        scope.check::<down::top>().unwrap();
        scope.get::<down::n500>().unwrap();
        let nodes = scope.graph();
        assert!(nodes.nodes().iter().all(|node| node.state() == Some(NodeState::Resolved)));
        assert_eq!(nodes.nodes().len(), LENGTH + 1 - 500);
    });
}

/// Rules 7 and 27: a preset near the top cuts off what is below it.
#[test]
fn rule_07_a_preset_cuts_a_chain() {
    let seen = Seen::default();
    let given = Link { number: 900, seen: seen.clone(), _below: None };
    let builder = Scope::builder().tag(seen.clone()).preset::<up::n900>(given);
    let scope = builder.build().unwrap();
    assert_eq!(scope.get::<up::top>().unwrap().number, LENGTH);
    assert_eq!(seen.take(), in_order(What::Built, 901..=LENGTH));
}
