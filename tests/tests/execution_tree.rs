//! Rule 25, parity 30, 32 and 33, B14 and B18: what a scope remembers of its executions.

use std::sync::mpsc;
use std::thread;

use pumped::prelude::*;
use pumped::tree::{ExecutionId, ExecutionNode, ExecutionTree, Status};
use pumped_tests::Watchdog;
use pumped_tests::alloc::{Counting, live_bytes};

#[global_allocator]
static COUNTING: Counting = Counting;

fn kept(roots: usize) -> Scope {
    Scope::builder().history(roots).build().unwrap()
}

fn names<'t>(nodes: impl IntoIterator<Item = &'t ExecutionNode>) -> Vec<&'t str> {
    nodes.into_iter().map(ExecutionNode::name).collect()
}

#[executor]
fn broken() -> Result<u32, std::num::ParseIntError> {
    "x".parse()
}

#[flow]
fn leaf() {}

#[flow]
fn wide(cx: &ExecutionCtx<'_>, #[input] children: usize) {
    for _ in 0..children {
        cx.exec(leaf()).unwrap();
    }
}

#[test]
fn section_3_2_history_is_off_unless_asked_for() {
    for scope in [Scope::new(), kept(0)] {
        scope.exec(wide(3)).unwrap();
        let tree = scope.executions();
        assert!(tree.is_empty() && tree.roots().is_empty());
        assert_eq!((tree.len(), tree.to_string()), (0, String::new()));
        assert!(tree.find(|_| true).is_none());
    }
}

#[test]
fn rule_25_the_last_roots_are_kept_whole() {
    let scope = kept(3);
    for number in 0..5 {
        scope.context().name(format!("root {number}")).exec(wide(number)).unwrap();
        assert_eq!(scope.executions().roots().len(), 3.min(number + 1));
    }
    let tree = scope.executions();
    assert_eq!(names(tree.roots()), ["root 2", "root 3", "root 4"]);
    let children: Vec<_> = tree.roots().iter().map(|root| tree.children(root.id()).len()).collect();
    assert_eq!(children, [2, 3, 4]);
    assert_eq!(tree.len(), 3 + 9);
    // A snapshot stays what it was.
    scope.exec(leaf()).unwrap();
    assert_eq!(names(tree.roots()), ["root 2", "root 3", "root 4"]);
    assert_eq!(names(scope.executions().roots()), ["root 3", "root 4", "leaf"]);
}

/// A root counts with all that is below it.
#[test]
fn rule_25_the_kept_nodes_are_bounded() {
    let scope = Scope::builder().history(100).history_nodes(10).build().unwrap();
    for number in 0..6 {
        scope.context().name(number.to_string()).exec(wide(3)).unwrap();
        assert!(scope.executions().len() <= 10);
    }
    let tree = scope.executions();
    assert_eq!((names(tree.roots()), tree.len()), (vec!["4", "5"], 8));
    // One that fits exactly leaves no room for others.
    scope.context().name("whole").exec(wide(9)).unwrap();
    let tree = scope.executions();
    assert_eq!((names(tree.roots()), tree.len()), (vec!["whole"], 10));
    assert_eq!(tree.dropped(tree.roots()[0].id()), 0);
    // One that does not fit keeps its top, and says so.
    scope.context().name("over").exec(wide(10)).unwrap();
    let tree = scope.executions();
    assert_eq!((names(tree.roots()), tree.len()), (vec!["over"], 10));
    assert_eq!(tree.dropped(tree.roots()[0].id()), 1);
    assert!(tree.to_string().ends_with("… 1 more below `over`\n"), "{tree}");
}

/// B18: one root with 20,000 children keeps its bound, its root, and the count.
#[test]
fn b_18_one_root_with_very_many_children() {
    for (scope, limit) in [
        (kept(4), 10_000),
        (Scope::builder().history(4).history_nodes(50).build().unwrap(), 50),
        (Scope::builder().history(4).history_nodes(1).build().unwrap(), 1),
        (Scope::builder().history(4).history_nodes(0).build().unwrap(), 1),
    ] {
        scope.exec(leaf()).unwrap();
        scope.exec(wide(20_000)).unwrap();
        let tree = scope.executions();
        assert_eq!(names(tree.roots()), ["wide"]);
        let root = tree.roots()[0];
        assert_eq!((root.status(), tree.len()), (Status::Success, limit));
        assert_eq!(tree.children(root.id()).len(), limit - 1);
        assert_eq!(tree.dropped(root.id()), 20_001 - limit);
        // Those that are kept are the first ones, without a gap.
        let number = |node: &ExecutionNode| node.id().to_string().parse::<usize>().unwrap();
        let kept: Vec<_> = tree.children(root.id()).into_iter().map(number).collect();
        let first: Vec<_> = (number(root) + 1..).take(limit - 1).collect();
        assert!(kept == first, "not the first {} children", limit - 1);
        // And afterwards the history goes on.
        scope.exec(leaf()).unwrap();
        assert_eq!(names(scope.executions().roots()).last(), Some(&"leaf"));
    }
}

/// Of a deep tree, what is nearest to the root stays, so every node has its parent.
#[test]
fn b_18_what_is_dropped_is_furthest_from_the_root() {
    #[flow]
    fn branch(cx: &ExecutionCtx<'_>, #[input] depth: u32) {
        for _ in 0..3 * depth.min(1) {
            cx.exec(branch(depth - 1)).unwrap();
        }
    }
    let scope = Scope::builder().history(1).history_nodes(20).build().unwrap();
    scope.exec(branch(5)).unwrap();
    let tree = scope.executions();
    let root = tree.roots()[0].id();
    assert_eq!((tree.len(), tree.dropped(root)), (20, 364 - 20));
    // 1 + 3 + 9 are whole levels.
    let mut levels = [0; 6];
    tree.walk(root, |node| {
        let above = std::iter::successors(Some(node), |node| tree.node(node.parent_id()?));
        levels[above.count() - 1] += 1;
        true
    });
    assert_eq!(levels, [1, 3, 9, 7, 0, 0]);
}

#[flow]
fn tagged(cx: &ExecutionCtx<'_>, #[input] text: &str) -> Result<usize, String> {
    cx.set(text.to_owned());
    if text.len() > 3 { Err(format!("{text}\nis too long")) } else { Ok(text.len()) }
}

/// Rule 25: memory stays flat over many executions, in whole roots and below one root.
#[test]
fn rule_25_memory_stays_flat() {
    #[flow]
    fn weeks(cx: &ExecutionCtx<'_>, #[input] runs: usize) -> isize {
        let before = live_bytes();
        let mut most = 0;
        for run in 0..runs {
            let _ = cx.exec(tagged(if run % 2 == 0 { "ok" } else { "longer" }));
            most = most.max(live_bytes() - before);
        }
        most
    }
    let scope = Scope::builder().history(16).history_nodes(64).build().unwrap();
    let run = |runs: usize| {
        for run in 0..runs {
            let _ = scope.exec(tagged(if run % 2 == 0 { "ok" } else { "longer" }));
        }
        live_bytes()
    };
    let warm = run(1000);
    assert_eq!(run(50_000), warm);
    // At most about twice the bound while a root is running, and the bound after it.
    let few = scope.exec(weeks(1000)).unwrap();
    let warm = live_bytes();
    let many = scope.exec(weeks(50_000)).unwrap();
    assert!(many <= few + 1024, "{few} bytes of 1,000, {many} of 50,000");
    assert!(live_bytes() <= warm + 1024);
    // Without a history nothing is kept at all.
    let scope = Scope::new();
    scope.exec(weeks(10)).unwrap();
    let before = live_bytes();
    assert!(scope.exec(weeks(50_000)).unwrap() < 256);
    assert_eq!(live_bytes(), before);
}

#[flow]
fn needs_broken(broken: Ref<'_, broken>) -> u32 {
    *broken
}

/// Where `panics` is declared.
const PANICS_LINE: u32 = line!() + 3;

#[flow]
fn panics() -> u32 {
    panic!("boom")
}

struct Missing;

#[flow]
fn needs_missing(_missing: Tag<Missing>) {}

#[flow]
fn outer(cx: &ExecutionCtx<'_>, #[input] ids: &mut Vec<ExecutionId>) -> Result<u32, String> {
    ids.push(cx.id());
    cx.set(1_u8);
    cx.exec(tagged("abc")).map_err(|error| error.to_string())?;
    let _ = cx.exec(tagged("abcd"));
    cx.exec(inner(ids)).unwrap();
    assert!(cx.exec(needs_broken()).is_err());
    cx.exec(panics()).map_err(|error| error.split().unwrap_err().to_string())
}

#[flow]
fn inner(cx: &ExecutionCtx<'_>, #[input] ids: &mut Vec<ExecutionId>) {
    ids.push(cx.id());
    assert_eq!(cx.parent_id(), Some(ids[0]));
    let _ = cx.exec(needs_missing());
    cx.exec(leaf()).unwrap();
}

fn history() -> (ExecutionTree, Vec<ExecutionId>) {
    let scope = kept(4);
    let mut ids = Vec::new();
    assert!(scope.exec(outer(&mut ids)).is_err());
    scope.context().name("POST /orders").tag(2_u8).exec(tagged("ab")).unwrap();
    (scope.executions(), ids)
}

/// Parity 30 and 32, B14: names, statuses, errors, tags and parents, of failures as well.
#[test]
fn parity_32_what_a_node_says() {
    let (tree, ids) = history();
    let [first, second] = tree.roots()[..] else { panic!("{tree}") };
    assert_eq!((first.id(), first.parent_id(), first.name()), (ids[0], None, "outer"));
    assert_eq!(first.status(), Status::Failed);
    assert!(first.error().unwrap().ends_with(": boom"), "{first:?}");
    assert_eq!((first.tag::<u8>(), first.tag::<String>()), (Some(&1), None));
    assert_eq!((second.name(), second.status()), ("POST /orders", Status::Success));
    assert_eq!((second.error(), second.parent_id()), (None, None));
    assert_eq!(second.tag::<String>().unwrap(), "ab");
    assert_eq!(second.tag::<u8>(), Some(&2));
    let children = tree.children(ids[0]);
    let told: Vec<_> = children.iter().map(|node| (node.name(), node.status())).collect();
    assert_eq!(
        told,
        [
            ("tagged", Status::Success),
            ("tagged", Status::Failed),
            ("inner", Status::Success),
            ("needs_broken", Status::Failed),
            ("panics", Status::Panicked),
        ]
    );
    assert!(children.iter().all(|node| node.parent_id() == Some(ids[0])));
    // What is set on the parent is none of the child's own.
    assert!(children.iter().all(|node| node.tag::<u8>().is_none()));
    assert_eq!(children[1].error(), Some("abcd\nis too long"));
    assert_eq!(children[1].tag::<String>().unwrap(), "abcd");
    assert_eq!(children[3].error(), Some("resolving `broken`: invalid digit found in string"));
    assert_eq!(children[2].id(), ids[1]);
    let below = tree.children(ids[1]);
    assert_eq!(names(below.iter().copied()), ["needs_missing", "leaf"]);
    assert!(below[0].error().unwrap().contains("Missing"));
    assert!(below.iter().all(|node| tree.children(node.id()).is_empty()));
}

/// Times: a child lies within its parent, and siblings after each other.
#[test]
fn parity_32_durations_and_beginnings() {
    let (tree, ids) = history();
    let root = tree.node(ids[0]).unwrap();
    let children = tree.children(ids[0]);
    let sum: std::time::Duration = children.iter().map(|node| node.duration()).sum();
    assert!(root.duration() >= sum && sum > std::time::Duration::ZERO);
    assert!(children.iter().all(|node| node.started() >= root.started()));
    assert!(children.is_sorted_by_key(|node| node.started()));
    // Numbers are in the order of beginnings.
    assert!(children.is_sorted_by_key(|node| node.id()) && children[0].id() > root.id());
}

/// Parity 33: children in the order of completion; find, node and walk.
#[test]
fn parity_33_find_and_walk() {
    let (tree, ids) = history();
    let found = tree.find(|node| node.status() == Status::Failed).unwrap();
    assert_eq!((found.name(), found.error()), ("tagged", Some("abcd\nis too long")));
    assert_eq!(tree.find(|node| node.parent_id().is_none()).unwrap().id(), ids[0]);
    assert!(tree.find(|node| node.name() == "nothing").is_none());
    let walk = |from, prune: &str| {
        let mut seen = Vec::new();
        tree.walk(from, |node| {
            seen.push(node.name().to_owned());
            node.name() != prune
        });
        seen
    };
    let whole =
        ["outer", "tagged", "tagged", "inner", "needs_missing", "leaf", "needs_broken", "panics"];
    assert_eq!(walk(ids[0], ""), whole);
    assert_eq!(walk(ids[0], "inner"), [&whole[..4], &whole[6..]].concat());
    assert_eq!(walk(ids[0], "outer"), ["outer"]);
    assert_eq!(walk(ids[1], ""), ["inner", "needs_missing", "leaf"]);
    // A number that is not kept: of another scope, with more executions.
    let other = kept(1);
    other.exec(wide(30)).unwrap();
    let unknown = other.executions().children(other.executions().roots()[0].id())[29].id();
    assert!(tree.node(unknown).is_none() && tree.children(unknown).is_empty());
    assert!(walk(unknown, "").is_empty());
    assert_eq!(tree.dropped(unknown), 0);
}

/// Siblings that run beside each other are children of one parent, in the order in which
/// they ended.
#[test]
fn rule_25_parallel_children_have_one_parent() {
    /// Ends when `until` says so.
    #[flow]
    fn waits(cx: &ExecutionCtx<'_>, #[input] number: usize, #[input] until: mpsc::Receiver<()>) {
        cx.set(number);
        until.recv().unwrap();
    }
    #[flow]
    fn parallel(cx: &ExecutionCtx<'_>) {
        thread::scope(|threads| {
            let mut running = Vec::new();
            for number in 0..4 {
                let (end, until) = mpsc::channel();
                running.push((end, threads.spawn(move || cx.exec(waits(number, until)).unwrap())));
            }
            // The one that began last ends first.
            while let Some((end, thread)) = running.pop() {
                end.send(()).unwrap();
                thread.join().unwrap();
            }
        });
    }
    let _watchdog = Watchdog::start();
    let scope = kept(1);
    scope.exec(parallel()).unwrap();
    let tree = scope.executions();
    let root = tree.roots()[0];
    let children = tree.children(root.id());
    assert!(children.iter().all(|node| node.parent_id() == Some(root.id())));
    let order: Vec<_> = children.iter().map(|node| *node.tag::<usize>().unwrap()).collect();
    assert_eq!(order, [3, 2, 1, 0]);
}

/// Durations, replaced.
fn timeless(tree: &ExecutionTree) -> String {
    let text = tree.to_string();
    let line = |line: &str| {
        let words = line.split(' ').map(|word| {
            let word_without_colon = word.trim_end_matches(':');
            let is_time = word.starts_with(|first: char| first.is_ascii_digit())
                && word_without_colon.ends_with('s');
            if is_time { word.replace(word_without_colon, "_") } else { word.to_owned() }
        });
        words.collect::<Vec<_>>().join(" ") + "\n"
    };
    text.lines().map(line).collect()
}

#[test]
fn parity_33_the_drawing() {
    let (tree, _) = history();
    let place = format!("{}:{}", file!(), PANICS_LINE);
    let drawn = format!(
        "outer failed _: panicked ({place}): boom
├─ tagged success _
├─ tagged failed _: abcd is too long
├─ inner success _
│  ├─ needs_missing failed _: resolving `needs_missing`: missing tag `execution_tree::Missing`: set it with `scope.context().tag(..)` or `cx.set(..)`, or for all executions with `Scope::builder().tag(..)`
│  └─ leaf success _
├─ needs_broken failed _: resolving `broken`: invalid digit found in string
└─ panics panicked _: panicked ({place}): boom
POST /orders success _
"
    );
    assert_eq!(timeless(&tree), drawn);
}

/// A refused execution has not happened: it is in no history.
#[test]
fn rule_25_what_never_began_is_not_kept() {
    #[flow]
    fn deeper(cx: &ExecutionCtx<'_>) -> bool {
        matches!(cx.exec(leaf()), Err(FlowError::TooDeep))
    }
    let scope = Scope::builder().history(4).max_depth(1).build().unwrap();
    assert!(scope.exec(deeper()).unwrap());
    assert_eq!(scope.executions().len(), 1);
    scope.dispose().unwrap();
    assert!(scope.exec(leaf()).is_err());
    assert_eq!(names(scope.executions().roots()), ["deeper"]);
}

/// An error whose text cannot be made is kept as one, and the scope goes on.
#[test]
fn rule_23_an_error_that_cannot_be_shown() {
    #[derive(Debug)]
    struct Unspeakable;
    impl std::fmt::Display for Unspeakable {
        fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            panic!("no words")
        }
    }
    #[flow]
    fn unspeakable() -> Result<(), Unspeakable> {
        Err(Unspeakable)
    }
    let scope = kept(2);
    assert!(matches!(scope.exec(unspeakable()), Err(FlowError::Failed(Unspeakable))));
    let tree = scope.executions();
    assert_eq!(tree.roots()[0].error(), Some("an error whose text could not be made"));
    scope.exec(leaf()).unwrap();
    assert_eq!(names(scope.executions().roots()), ["unspeakable", "leaf"]);
}
