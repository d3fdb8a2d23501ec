//! What stands in for what: fixed when the scope is built, read on cold paths only.

use super::core::Target;
use crate::node::{Node, Param};

/// The replacements of one scope.
#[derive(Default)]
pub(crate) struct Presets(Vec<Preset>);

struct Preset {
    of: &'static Node,
    by: Replacement,
}

/// What replaces an executor's function.
#[derive(Clone, Copy)]
pub(crate) enum Replacement {
    /// A value, from a preset or provided. The engine has it.
    Value,
    /// Another executor with the same output.
    Executor(&'static Node),
}

impl Presets {
    /// Adds a replacement; false if the executor already has one.
    pub(crate) fn add(&mut self, of: &'static Node, by: Replacement) -> bool {
        let free = self.of(of).is_none();
        self.0.push(Preset { of, by });
        free
    }

    pub(crate) fn of(&self, node: &'static Node) -> Option<Replacement> {
        self.0.iter().find(|preset| preset.of == node).map(|preset| preset.by)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn executor(&self, node: &'static Node) -> Option<&'static Node> {
        match self.of(node)? {
            Replacement::Executor(by) => Some(by),
            Replacement::Value => None,
        }
    }

    /// Whose slot and whose function an executor uses. The builder of a scope has
    /// refused presets that lead round in a circle.
    #[inline]
    pub(crate) fn target(&self, node: &'static Node) -> Target {
        let target = Target { key: node, builder: node };
        if self.is_empty() { target } else { self.follow(target) }
    }

    fn follow(&self, mut target: Target) -> Target {
        while let Some(by) = self.executor(target.builder) {
            if by.is_live() == target.key.is_live() {
                target.key = by;
            }
            target.builder = by;
        }
        target
    }

    /// Whether a value stands in for the function of `target`.
    #[inline]
    pub(crate) fn has_value(&self, target: Target) -> bool {
        !self.is_empty() && matches!(self.of(target.builder), Some(Replacement::Value))
    }

    /// What a target is built from: nothing, if a value stands in for it.
    #[inline]
    pub(crate) fn params(&self, target: Target) -> &'static [Param] {
        if self.has_value(target) { &[] } else { target.builder.params() }
    }

    /// The circles in which presets lead round, each once, without the way there.
    pub(crate) fn circles(&self) -> Vec<Vec<&'static str>> {
        let mut circles = Vec::new();
        let mut walked: Vec<&'static Node> = Vec::new();
        for start in self.replaced_by_executors() {
            let before = walked.len();
            let mut next = Some(start);
            while let Some(node) = next {
                if let Some(from) = walked.iter().position(|other| *other == node) {
                    if from >= before {
                        let circle = walked[from..].iter().chain([&node]);
                        circles.push(circle.map(|node| node.name()).collect());
                    }
                    break;
                }
                walked.push(node);
                next = self.executor(node);
            }
        }
        circles
    }

    /// The executors that others replace.
    pub(crate) fn replaced_by_executors(&self) -> impl Iterator<Item = &'static Node> {
        let by_executor = |preset: &&Preset| matches!(preset.by, Replacement::Executor(_));
        self.0.iter().filter(by_executor).map(|preset| preset.of)
    }
}
