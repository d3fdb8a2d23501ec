//! The graph, to look at: of an executor, without any scope, or of a scope with
//! the state of each value.

mod draw;

use std::fmt;

use crate::executor::Executor;
use crate::maps::HashMap;
use crate::node::{EdgeKind, Node, Param};
use crate::scope::Core;

/// Executors and their edges, as data.
///
/// [`of`](Self::of) needs no scope: the graph is a constant.
/// [`Scope::graph`](crate::Scope::graph) adds the state of each node. It can be
/// drawn as Mermaid, DOT, JSON (feature `serde`) and, by `Display`, as a tree.
///
/// ```
/// use pumped::prelude::*;
/// use pumped::graph::Graph;
///
/// #[executor]
/// fn config() -> u16 { 8080 }
/// #[executor]
/// fn server(config: Dep<config>) -> u16 { *config }
///
/// assert_eq!(Graph::of::<server>().to_string(), "server\n└─ config (dep)\n");
/// ```
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Graph {
    nodes: Vec<GraphNode>,
}

/// One executor of a [`Graph`].
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct GraphNode {
    #[cfg_attr(feature = "serde", serde(flatten))]
    node: &'static Node,
    /// The executor that a preset put in its place.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    built_by: Option<&'static str>,
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    state: Option<NodeState>,
    edges: Vec<GraphEdge>,
    tags: Vec<&'static str>,
}

/// A dependency of a [`GraphNode`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct GraphEdge {
    kind: EdgeKind,
    to: usize,
}

/// What a scope has for an executor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "lowercase"))]
#[non_exhaustive]
pub enum NodeState {
    /// No value.
    Empty,
    /// A current value.
    Resolved,
    /// A value that is rebuilt at the next read.
    Stale,
}

impl Graph {
    /// Everything below `E`, as it is declared.
    #[must_use]
    pub fn of<E: Executor>() -> Self {
        let mut graph = Collector::new(|node| (node, node.params()));
        graph.visit(E::NODE.get());
        graph.finish(|_| (None, None))
    }

    /// Everything that a scope has met, and what that declares.
    pub(crate) fn of_scope(core: &Core) -> Self {
        Self::in_scope(core, core.met())
    }

    fn in_scope(core: &Core, from: Vec<&'static Node>) -> Self {
        let mut graph = Collector::new(|node| {
            let target = core.target(node);
            (target.key, core.presets.params(target))
        });
        for node in from {
            graph.visit(node);
        }
        graph.finish(|node| {
            let target = core.target(node);
            let built_by = (target.builder != node).then(|| target.builder.name());
            (built_by, Some(core.state_of(target)))
        })
    }

    /// Everything below `root`, as it is in a scope.
    pub(crate) fn below(core: &Core, root: &'static Node) -> Self {
        Self::in_scope(core, vec![root])
    }

    /// The executors; an edge names its target by the position in this slice.
    #[must_use]
    pub fn nodes(&self) -> &[GraphNode] {
        &self.nodes
    }

    /// The first executor of that name.
    #[must_use]
    pub fn node(&self, name: &str) -> Option<&GraphNode> {
        self.nodes.iter().find(|node| node.name() == name)
    }

    /// The dependencies of the node at `position`, with their kinds.
    pub fn dependencies(&self, position: usize) -> impl Iterator<Item = (EdgeKind, &GraphNode)> {
        self.nodes[position].edges.iter().map(|edge| (edge.kind, &self.nodes[edge.to]))
    }

    /// As a Mermaid flowchart.
    #[must_use]
    pub fn to_mermaid(&self) -> String {
        draw::mermaid(self)
    }

    /// In the DOT language of Graphviz.
    #[must_use]
    pub fn to_dot(&self) -> String {
        draw::dot(self)
    }

    /// As JSON: `{"nodes": [{"name": .., "edges": [{"kind": .., "to": position}]}]}`.
    #[cfg(feature = "serde")]
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_else(|error| error.to_string())
    }
}

impl fmt::Display for Graph {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        draw::tree(self, f)
    }
}

impl GraphNode {
    /// The executor's name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.node.name()
    }

    /// Its declaration: place, properties, `meta`.
    #[must_use]
    pub fn declaration(&self) -> &'static Node {
        self.node
    }

    /// The executor that a preset put in its place, with a slot of its own.
    #[must_use]
    pub fn built_by(&self) -> Option<&'static str> {
        self.built_by
    }

    /// What the scope has for it; none without a scope.
    #[must_use]
    pub fn state(&self) -> Option<NodeState> {
        self.state
    }

    /// Its dependencies, in the order of its parameters.
    #[must_use]
    pub fn edges(&self) -> &[GraphEdge] {
        &self.edges
    }

    /// The types of the tags that it takes.
    #[must_use]
    pub fn tags(&self) -> &[&'static str] {
        &self.tags
    }
}

impl GraphEdge {
    /// How the dependency is taken.
    #[must_use]
    pub fn kind(&self) -> EdgeKind {
        self.kind
    }

    /// The position of its target in [`Graph::nodes`].
    #[must_use]
    pub fn to(&self) -> usize {
        self.to
    }
}

/// Walks edges of every kind; each executor becomes one node.
struct Collector<F> {
    /// Who stands for an executor, and its parameters.
    resolve: F,
    positions: HashMap<u32, usize>,
    found: Vec<(&'static Node, &'static [Param])>,
}

impl<F: Fn(&'static Node) -> (&'static Node, &'static [Param])> Collector<F> {
    fn new(resolve: F) -> Self {
        Self { resolve, positions: HashMap::default(), found: Vec::new() }
    }

    /// The position of `node`.
    fn find(&mut self, node: &'static Node) -> usize {
        let (node, params) = (self.resolve)(node);
        *self.positions.entry(node.index()).or_insert_with(|| {
            self.found.push((node, params));
            self.found.len() - 1
        })
    }

    fn visit(&mut self, node: &'static Node) {
        let mut next = self.find(node);
        while let Some(&(_, params)) = self.found.get(next) {
            for param in params {
                if let Param::Edge(edge) = param {
                    self.find(edge.node());
                }
            }
            next += 1;
        }
    }

    fn finish(
        mut self,
        about: impl Fn(&'static Node) -> (Option<&'static str>, Option<NodeState>),
    ) -> Graph {
        let mut nodes = Vec::new();
        for at in 0..self.found.len() {
            let (node, params) = self.found[at];
            let mut edges = Vec::new();
            let mut tags = Vec::new();
            for param in params {
                match param {
                    Param::Edge(edge) => {
                        let to = self.find(edge.node());
                        edges.push(GraphEdge { kind: edge.kind(), to });
                    }
                    Param::Tag(tag) => tags.push((tag.name)()),
                    Param::Context => {}
                }
            }
            let (built_by, state) = about(node);
            nodes.push(GraphNode { node, built_by, state, edges, tags });
        }
        Graph { nodes }
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Node {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let mut node = serializer.serialize_struct("Node", 7)?;
        node.serialize_field("name", self.name())?;
        node.serialize_field("output", self.output_name())?;
        node.serialize_field("file", self.file())?;
        node.serialize_field("line", &self.line())?;
        node.serialize_field("live", &self.is_live())?;
        node.serialize_field("mutable", &self.is_mutable())?;
        node.serialize_field("async", &self.is_async())?;
        node.end()
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for EdgeKind {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}
