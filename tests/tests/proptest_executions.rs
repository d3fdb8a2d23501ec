//! Rules 21 to 25 for any tree of flows: what ran, how it ended, and what is kept of it is
//! what a model says that it should.

use std::collections::BTreeMap;

use proptest::prelude::*;
use pumped::prelude::*;
use pumped::tree::{ExecutionId, ExecutionTree, Status};

/// What an execution does after its children.
#[derive(Clone, Copy, Debug)]
enum End {
    Well,
    Fail,
    Panic,
}

#[derive(Clone, Debug)]
struct Plan {
    end: End,
    /// Whether it goes on when a child fails.
    recovers: bool,
    children: Vec<Plan>,
    /// In the order of beginnings, if all of them begin.
    number: usize,
}

impl Plan {
    fn numbered(mut self, next: &mut usize) -> Self {
        self.number = *next;
        *next += 1;
        self.children = self.children.into_iter().map(|child| child.numbered(next)).collect();
        self
    }
}

struct Number(usize);

#[flow]
fn act(
    cx: &ExecutionCtx<'_>,
    above: Option<Tag<Number>>,
    #[input] plan: &Plan,
) -> Result<usize, String> {
    // Siblings are blind: what is seen here is the parent's.
    let above = above.map(|number| number.0);
    cx.set(Number(plan.number));
    let mut ran = 1;
    for child in &plan.children {
        match cx.exec(act(child)) {
            Ok(below) => ran += below,
            Err(_) if plan.recovers => {}
            Err(error) => return Err(error.to_string()),
        }
    }
    assert!(above.is_none_or(|above| above < plan.number));
    match plan.end {
        End::Well => Ok(ran),
        End::Fail => Err(format!("fails {}", plan.number)),
        End::Panic => panic!("panics {}", plan.number),
    }
}

/// What the model says of an execution.
#[derive(Debug)]
struct Expected {
    number: usize,
    status: Status,
    /// The end of its error's text.
    error: Option<String>,
    children: Vec<Expected>,
}

impl Expected {
    fn of(plan: &Plan) -> Self {
        let mut expected =
            Self { number: plan.number, status: Status::Success, error: None, children: vec![] };
        for child in &plan.children {
            let child = Self::of(child);
            let error = child.error.clone();
            expected.children.push(child);
            if error.is_some() && !plan.recovers {
                return Self { status: Status::Failed, error, ..expected };
            }
        }
        let (status, error) = match plan.end {
            End::Well => (Status::Success, None),
            End::Fail => (Status::Failed, Some(format!("fails {}", plan.number))),
            End::Panic => (Status::Panicked, Some(format!("panics {}", plan.number))),
        };
        Self { status, error, ..expected }
    }

    fn size(&self) -> usize {
        1 + self.children.iter().map(Self::size).sum::<usize>()
    }

    /// How many nodes each level has.
    fn levels(&self, depth: usize, levels: &mut BTreeMap<usize, usize>) {
        *levels.entry(depth).or_default() += 1;
        self.children.iter().for_each(|child| child.levels(depth + 1, levels));
    }

    fn check(&self, tree: &ExecutionTree, id: ExecutionId) {
        let node = tree.node(id).unwrap();
        assert_eq!(node.status(), self.status);
        assert_eq!(node.tag::<Number>().unwrap().0, self.number);
        match (&self.error, node.error()) {
            (None, None) => {}
            (Some(error), Some(text)) => assert!(text.ends_with(&**error), "{text}, not {error}"),
            other => panic!("{other:?}"),
        }
        let children = tree.children(id);
        assert_eq!(children.len(), self.children.len(), "{tree}");
        for (expected, child) in self.children.iter().zip(children) {
            assert_eq!(child.parent_id(), Some(id));
            assert!(child.id() > id && child.started() >= node.started());
            expected.check(tree, child.id());
        }
    }
}

fn plan() -> impl Strategy<Value = Plan> {
    let end = || prop_oneof![4 => Just(End::Well), 1 => Just(End::Fail), 1 => Just(End::Panic)];
    let make = |(end, recovers, children)| Plan { end, recovers, children, number: 0 };
    let leaf = (end(), any::<bool>(), Just(Vec::new())).prop_map(make);
    leaf.prop_recursive(5, 60, 5, move |inner| {
        (end(), any::<bool>(), prop::collection::vec(inner, 0..5)).prop_map(make)
    })
    .prop_map(|plan| plan.numbered(&mut 0))
}

proptest! {
    /// Everything that ran is there, as the model has it.
    #[test]
    fn rule_25_the_tree_is_what_ran(plans in prop::collection::vec(plan(), 1..5), roots in 1_usize..4) {
        let scope = Scope::builder().history(roots).build().unwrap();
        let expected: Vec<_> = plans.iter().map(Expected::of).collect();
        for (plan, expected) in plans.iter().zip(&expected) {
            let result = scope.exec(act(plan));
            assert_eq!(result.is_ok(), expected.status == Status::Success);
            if let Ok(ran) = result {
                assert!(ran <= expected.size());
            }
        }
        let tree = scope.executions();
        let last = &expected[expected.len().saturating_sub(roots)..];
        assert_eq!(tree.roots().len(), last.len());
        assert_eq!(tree.len(), last.iter().map(Expected::size).sum::<usize>());
        for (root, expected) in tree.roots().into_iter().zip(last) {
            expected.check(&tree, root.id());
            let mut walked = 0;
            tree.walk(root.id(), |_| { walked += 1; true });
            assert_eq!(walked, expected.size());
            assert_eq!(tree.dropped(root.id()), 0);
        }
        scope.dispose().unwrap();
    }

    /// B18: under a bound the top is kept, level by level, and the rest counted.
    #[test]
    fn b_18_under_a_bound_the_top_is_kept(plan in plan(), limit in 1_usize..30) {
        let scope = Scope::builder().history(2).history_nodes(limit).build().unwrap();
        let expected = Expected::of(&plan);
        let _ = scope.exec(act(&plan));
        let tree = scope.executions();
        let root = tree.roots()[0];
        assert_eq!(root.tag::<Number>().unwrap().0, 0);
        assert_eq!(tree.len(), expected.size().min(limit));
        assert_eq!(tree.len() + tree.dropped(root.id()), expected.size());
        let (mut wanted, mut found) = (BTreeMap::new(), BTreeMap::new());
        expected.levels(0, &mut wanted);
        tree.walk(root.id(), |node| {
            let above = std::iter::successors(Some(node), |node| tree.node(node.parent_id()?));
            *found.entry(above.count() - 1).or_default() += 1;
            true
        });
        let mut left = limit;
        wanted.retain(|_, count| {
            *count = left.min(*count);
            left -= *count;
            *count > 0
        });
        assert_eq!(found, wanted);
    }
}
