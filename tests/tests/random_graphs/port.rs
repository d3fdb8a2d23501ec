//! What the declarations of the executors share that random graphs are made of.

use pumped::ScopeBuilder;

use super::value::Value;

/// What an edge does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Edge {
    Reactive,
    Snapshot,
    Dep,
    Lazy,
    Controller,
}

impl Edge {
    /// Whether it brings a value to a build.
    pub(crate) fn is_hard(self) -> bool {
        matches!(self, Self::Reactive | Self::Snapshot | Self::Dep)
    }
}

/// Puts an executor in the place of a parameter.
pub(crate) type Put = fn(ScopeBuilder) -> ScopeBuilder;

/// A parameter of an executor.
pub(crate) struct Port {
    pub(crate) edge: Edge,
    /// The first executor of the table that fits, and what puts it and those after it in
    /// the place of the parameter.
    pub(crate) fitting: (usize, &'static [Put]),
    pub(crate) give: fn(ScopeBuilder, Value) -> ScopeBuilder,
}

impl Port {
    /// What puts an executor of the table in its place, if it fits.
    pub(crate) fn put(&self, node: usize) -> Option<Put> {
        let (first, puts) = self.fitting;
        puts.get(node.checked_sub(first)?).copied()
    }
}

/// Whether an option is among those of an executor.
macro_rules! has {
    (eq; eq $($rest:tt)*) => { true };
    (eager; eager $($rest:tt)*) => { true };
    (cleanup; cleanup $($rest:tt)*) => { true };
    ($option:ident; $other:tt $($rest:tt)*) => { has!($option; $($rest)*) };
    ($option:ident;) => { false };
}

pub(crate) use has;
