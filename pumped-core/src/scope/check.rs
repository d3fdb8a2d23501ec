//! What is missing below an executor, all of it at once, before anything is built.

use std::any::TypeId;

use super::core::{Core, Target};
use crate::error::BuildProblem;
use crate::maps::HashSet;
use crate::node::{EdgeKind, Node, Param};

/// Walks the graph below `root` with the presets applied.
///
/// A lazy dependency is not followed: that it may never be needed is what it
/// says. A controller is: it will be read or changed.
pub(crate) fn problems_below(core: &Core, root: &'static Node) -> Vec<BuildProblem> {
    let mut check =
        Check { core, problems: Vec::new(), done: HashSet::default(), missing: Vec::new() };
    check.walk(core.target(root));
    check.problems
}

struct Check<'c> {
    core: &'c Core,
    problems: Vec<BuildProblem>,
    done: HashSet<u32>,
    /// The tags that are.
    missing: Vec<TypeId>,
}

/// A target on the way down, and the next of its parameters.
struct Step {
    target: Target,
    next: usize,
}

impl Check<'_> {
    fn walk(&mut self, root: Target) {
        let mut way: Vec<Step> = Vec::new();
        self.enter(&mut way, root);
        while let Some(step) = way.last_mut() {
            let params = self.core.presets.params(step.target);
            let Some(param) = params.get(step.next) else {
                way.pop();
                continue;
            };
            step.next += 1;
            match param {
                Param::Edge(edge) if edge.kind() != EdgeKind::Lazy => {
                    let below = self.core.target(edge.node());
                    let from = way.iter().position(|step| step.target.key == below.key);
                    match from {
                        Some(from) if needed_all_along(&way[from..]) => {
                            let mut path = names(&way[from..]);
                            path.push(below.key.name());
                            self.problems.push(BuildProblem::Cycle { path });
                        }
                        Some(_) => {}
                        None => self.enter(&mut way, below),
                    }
                }
                Param::Tag(tag)
                    if tag.required
                        && !self.core.tags.has((tag.of)())
                        && !self.missing.contains(&(tag.of)()) =>
                {
                    self.missing.push((tag.of)());
                    let (tag, path) = ((tag.name)(), names(&way));
                    self.problems.push(BuildProblem::MissingTag { tag, path });
                }
                _ => {}
            }
        }
    }

    fn enter(&mut self, way: &mut Vec<Step>, target: Target) {
        if !self.done.insert(target.key.index()) {
            return;
        }
        way.push(Step { target, next: 0 });
        let has_value = self.core.presets.has_value(target);
        if target.builder.is_provided() && !has_value {
            let (executor, path) = (target.builder.name(), names(way));
            self.problems.push(BuildProblem::NotProvided { executor, path });
        }
    }
}

/// Whether each step of the way is needed for the one before: a controller on
/// the way makes no cycle.
fn needed_all_along(way: &[Step]) -> bool {
    way.iter().all(|step| match &step.target.builder.params()[step.next - 1] {
        Param::Edge(edge) => edge.kind().is_needed_at_build(),
        _ => false,
    })
}

fn names(way: &[Step]) -> Vec<&'static str> {
    way.iter().map(|step| step.target.key.name()).collect()
}

/// The cycles that presets have made, each reported once.
pub(crate) fn cycles(
    core: &Core,
    replaced: impl Iterator<Item = &'static Node>,
) -> Vec<BuildProblem> {
    let mut found: Vec<BuildProblem> = Vec::new();
    for node in replaced {
        for problem in needed_cycles(core, core.target(node)) {
            if let BuildProblem::Cycle { path } = &problem {
                let is_known = |known: &BuildProblem| match known {
                    BuildProblem::Cycle { path: known } => {
                        known.len() == path.len() && known.iter().all(|name| path.contains(name))
                    }
                    _ => false,
                };
                if !found.iter().any(is_known) {
                    found.push(problem);
                }
            }
        }
    }
    found
}

/// The cycles of needed edges below `root`.
fn needed_cycles(core: &Core, root: Target) -> Vec<BuildProblem> {
    let mut check =
        Check { core, problems: Vec::new(), done: HashSet::default(), missing: Vec::new() };
    check.walk(root);
    check.problems.retain(|problem| matches!(problem, BuildProblem::Cycle { .. }));
    check.problems
}

/// Whether something that `node` needs, itself included, is built by an async function.
pub(crate) fn reaches_async(core: &Core, node: &'static Node) -> bool {
    let mut seen: HashSet<u32> = HashSet::default();
    let mut left = vec![core.target(node)];
    while let Some(target) = left.pop() {
        if !seen.insert(target.key.index()) {
            continue;
        }
        if target.builder.is_async() && !core.presets.has_value(target) {
            return true;
        }
        left.extend(core.presets.params(target).iter().filter_map(|param| match param {
            Param::Edge(edge) if edge.kind().is_needed_at_build() => Some(core.target(edge.node())),
            _ => None,
        }));
    }
    false
}
