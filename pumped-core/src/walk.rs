//! The checks that no trait bound can express, as const walks over the nodes.
//!
//! A dependency cycle and an async executor far below a blocking call are facts
//! of the whole graph. Expressing them in types would make rustc recurse along
//! it (and chains longer than 120 would not compile), so they are loops over
//! data: a stack and a table of visited ids, linear in edges. A walk panics with
//! a message built on the spot, and `#[track_caller]` puts it at the user's token.
//!
//! The bodies are plain on purpose: const evaluation pays for every call and
//! every iterator, and these run once per executor in every `cargo check`. They are
//! `inline` for another reason: nothing calls them when a program runs, so no code is made of them.

use crate::node::{Edge, EdgeKind, Node, NodeRef, Param, follow};
use crate::walk_text::Text;

/// The kinds of edges to what must be there before their owner is built:
/// `EdgeKind::is_needed_at_build` without a call.
macro_rules! dep {
    () => {
        EdgeKind::Dep | EdgeKind::Reactive | EdgeKind::Snapshot
    };
}

/// How many nodes the check of one definition looks at.
const BOUND: usize = 32;
const BOUND_SLOTS: usize = BOUND * 2;

/// Checks what concerns one declaration: that it is in no cycle, and that its
/// options fit its kind.
///
/// A cycle is reported by its smallest member, so only nodes that come after
/// `start` are followed: the usual order, dependencies first, ends at once.
/// Cycles that reach beyond the bound are found by `check_blocking`.
#[track_caller]
#[inline]
pub const fn check_definition(start: NodeRef) {
    let start: &'static Node = follow!(start);
    if start.traits.live || start.traits.eager || start.traits.eq {
        check_options(start);
    }
    let mut params = start.params;
    while let [param, rest @ ..] = params {
        params = rest;
        if let Param::Edge(Edge { kind: dep!(), to }) = param
            && follow!(to).id >= start.id
        {
            return check_later(start);
        }
    }
}

/// [`check_definition`] where there is something to follow. A function of its own: memory
/// for a walk is most of what a check costs that has none to do.
#[expect(clippy::cast_possible_truncation, reason = "a slot is the low bits of an id")]
#[track_caller]
#[inline]
const fn check_later(start: &'static Node) {
    let mut found = [start; BOUND];
    let mut found_from = [0; BOUND];
    let mut seen = [0; BOUND_SLOTS];
    let mut done = 0;
    let mut count = 1;
    while done < count {
        let mut params = found[done].params;
        done += 1;
        while let [param, rest @ ..] = params {
            params = rest;
            let Param::Edge(Edge { kind: dep!(), to }) = param else {
                continue;
            };
            let to: &'static Node = follow!(to);
            if to.id > start.id {
                // Where two nodes meet in this table one is forgotten, and looked at again.
                let slot = to.id as usize & (BOUND_SLOTS - 1);
                if seen[slot] != to.id && count < BOUND {
                    seen[slot] = to.id;
                    found[count] = to;
                    found_from[count] = done - 1;
                    count += 1;
                }
            } else if to.id == start.id {
                report_found_cycle(&found, &found_from, done - 1);
            }
        }
    }
}

#[track_caller]
#[inline]
const fn check_options(node: &Node) {
    if node.traits.live {
        return;
    }
    assert!(
        !node.traits.eager,
        "the option `eager` is for what can be rebuilt, and this executor is fixed: \
         take a dependency as `Reactive<..>`, or leave the option out"
    );
    assert!(
        !node.traits.eq,
        "the option `eq` compares an old value with a new one, and this executor is fixed: \
         declare it `mutable`, take a dependency as `Reactive<..>`, or leave the option out"
    );
}

/// What to write instead of a call that cannot wait.
#[derive(Clone, Copy)]
pub(crate) enum Instead {
    /// A method that names the executor: `get_async::<service>().await`.
    Named(&'static str),
    /// A method of a handle: `get_async().await`.
    Plain(&'static str),
    /// A method that takes a flow: `exec_async(checkout(..)).await`.
    Flow(&'static str),
    /// The call waits for what is async.
    Nothing,
}

/// Checks everything below `start`: no cycle.
#[track_caller]
#[inline]
pub(crate) const fn check_whole(start: NodeRef) {
    check_blocking(start, Instead::Nothing);
}

/// Checks everything below `start`: no cycle, and nothing async.
#[track_caller]
#[inline]
pub(crate) const fn check_blocking(start: NodeRef, instead: Instead) {
    let start = start.get();
    if start.params.is_empty() && !start.traits.asynchronous {
        return;
    }
    // Memory of a const evaluation is cheap but not free: most graphs are small.
    if !walk::<64, 128>(start, instead) && !walk::<1024, 2048>(start, instead) {
        walk::<16384, 32768>(start, instead);
    }
}

/// Walks all that `start` needs; false if there are more than `NODES`.
///
/// `SLOTS` is a power of two above `NODES`. A visited node's entry in `depths`
/// is its place on the path, counted from one, or zero once all below it is done.
#[expect(clippy::cast_possible_truncation, reason = "a slot is the low bits of an id")]
#[track_caller]
#[inline]
const fn walk<const NODES: usize, const SLOTS: usize>(
    start: &'static Node,
    instead: Instead,
) -> bool {
    let mut path = [start; NODES];
    let mut left: [&[Param]; NODES] = [&[]; NODES];
    let mut slots = [0; NODES];
    let mut seen = [0; SLOTS];
    let mut depths = [0; SLOTS];
    let mut visited = 1;
    let mut depth = 0;
    let mut params = start.params;
    slots[0] = start.id as usize & (SLOTS - 1);
    seen[slots[0]] = start.id;
    depths[slots[0]] = 1;
    if start.traits.asynchronous {
        report_async(&path, 1, instead);
    }
    loop {
        while let [param, rest @ ..] = params {
            params = rest;
            let Param::Edge(Edge { kind: dep!(), to }) = param else {
                continue;
            };
            let to: &'static Node = follow!(to);
            let mut slot = to.id as usize & (SLOTS - 1);
            while seen[slot] != to.id && seen[slot] != 0 {
                slot = (slot + 1) & (SLOTS - 1);
            }
            if seen[slot] != 0 {
                if depths[slot] != 0 {
                    report_cycle(&path, depths[slot] - 1, depth + 1);
                }
                continue;
            }
            if visited == NODES {
                return false;
            }
            visited += 1;
            seen[slot] = to.id;
            left[depth] = params;
            depth += 1;
            path[depth] = to;
            slots[depth] = slot;
            depths[slot] = depth + 1;
            params = to.params;
            if to.traits.asynchronous {
                report_async(&path, depth + 1, instead);
            }
        }
        if depth == 0 {
            return true;
        }
        depths[slots[depth]] = 0;
        depth -= 1;
        params = left[depth];
    }
}

/// Reports the cycle that closes at `found[last]`, which came from `found_from[last]`.
#[cold]
#[track_caller]
#[inline]
const fn report_found_cycle(
    found: &[&'static Node; BOUND],
    found_from: &[usize; BOUND],
    last: usize,
) {
    let mut path = [found[0]; BOUND];
    let mut from = BOUND;
    let mut member = last;
    loop {
        from -= 1;
        path[from] = found[member];
        if member == 0 {
            break;
        }
        member = found_from[member];
    }
    report_cycle(&path, from, BOUND);
}

/// The members of a cycle are `path[from..depth]`.
#[cold]
#[track_caller]
#[inline]
const fn report_cycle(path: &[&'static Node], from: usize, depth: usize) {
    let mut text = Text::new();
    text.push("dependency cycle: ");
    text.push_path(path, from, depth);
    text.push(" -> `");
    text.push(path[from].name);
    text.push("`");
    panic!("{}", text.as_str());
}

#[cold]
#[track_caller]
#[inline]
const fn report_async(path: &[&'static Node], depth: usize, instead: Instead) {
    if matches!(instead, Instead::Nothing) {
        return;
    }
    let mut text = Text::new();
    text.push_path(path, 0, depth);
    text.push(" is async: call `");
    match instead {
        Instead::Named(method) => {
            text.push(method);
            text.push("::<");
            text.push(path[0].name);
            text.push(">().await`");
        }
        Instead::Plain(method) => {
            text.push(method);
            text.push("().await`");
        }
        Instead::Flow(method) => {
            text.push(method);
            text.push("(");
            text.push(path[0].name);
            text.push("(..)).await`");
        }
        Instead::Nothing => {}
    }
    panic!("{}", text.as_str());
}

/// Checks that the application may provide the value: the executor has no body.
#[track_caller]
#[inline]
pub(crate) const fn check_provided(node: NodeRef) {
    let node = node.get();
    if !node.traits.provided {
        let mut text = Text::new();
        text.push("`");
        text.push(node.name);
        text.push("` has a body: replace its value with `preset::<");
        text.push(node.name);
        text.push(">(..)`");
        panic!("{}", text.as_str());
    }
}
