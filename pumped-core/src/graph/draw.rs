//! Drawing a graph as text.

use std::fmt::{self, Write};

use super::{Graph, GraphEdge, GraphNode, NodeState};
use crate::node::EdgeKind;

/// Escapes what ends a quoted label.
fn label(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "'")
}

/// How a line shows the kind of an edge: needed, needed and followed, or for later.
fn mermaid_arrow(kind: EdgeKind) -> &'static str {
    match kind {
        EdgeKind::Dep => "-->",
        EdgeKind::Reactive => "==>",
        EdgeKind::Snapshot | EdgeKind::Lazy | EdgeKind::Controller => "-.->",
    }
}

fn dot_style(kind: EdgeKind) -> &'static str {
    match kind {
        EdgeKind::Dep => "solid",
        EdgeKind::Reactive => "bold",
        EdgeKind::Snapshot | EdgeKind::Lazy | EdgeKind::Controller => "dashed",
    }
}

fn state_suffix(node: &GraphNode) -> &'static str {
    match node.state {
        Some(NodeState::Stale) => ", stale",
        Some(NodeState::Empty) => ", empty",
        Some(NodeState::Resolved) | None => "",
    }
}

/// The name, and what replaces it.
fn title(node: &GraphNode) -> String {
    match node.built_by {
        Some(by) => format!("{} (by {by})", node.name()),
        None => node.name().to_owned(),
    }
}

fn all_edges(graph: &Graph) -> impl Iterator<Item = (usize, GraphEdge)> {
    let nodes = graph.nodes.iter().enumerate();
    nodes.flat_map(|(from, node)| node.edges.iter().map(move |edge| (from, *edge)))
}

pub(super) fn mermaid(graph: &Graph) -> String {
    let mut out = String::from("flowchart TD\n");
    for (at, node) in graph.nodes.iter().enumerate() {
        let (open, close) = if node.node.is_live() { ("([", "])") } else { ("[", "]") };
        let text = label(&title(node));
        let state = state_suffix(node);
        // Writing to a string cannot fail.
        let _ = writeln!(out, "    n{at}{open}\"{text}{state}\"{close}");
    }
    for (from, edge) in all_edges(graph) {
        let (arrow, kind, to) = (mermaid_arrow(edge.kind), edge.kind.name(), edge.to);
        let _ = writeln!(out, "    n{from} {arrow}|{kind}| n{to}");
    }
    out
}

pub(super) fn dot(graph: &Graph) -> String {
    let mut out = String::from("digraph pumped {\n");
    for (at, node) in graph.nodes.iter().enumerate() {
        let shape = if node.node.is_live() { "ellipse" } else { "box" };
        let text = label(&title(node));
        let state = state_suffix(node);
        let _ = writeln!(out, "    n{at} [label=\"{text}{state}\", shape={shape}];");
    }
    for (from, edge) in all_edges(graph) {
        let (style, kind, to) = (dot_style(edge.kind), edge.kind.name(), edge.to);
        let _ = writeln!(out, "    n{from} -> n{to} [label=\"{kind}\", style={style}];");
    }
    out.push_str("}\n");
    out
}

/// A line of the tree that is still to be written.
struct Line {
    at: usize,
    /// What stands before it: the rails of those above.
    rails: String,
    branch: Option<(EdgeKind, bool)>,
}

/// Draws each root and what is below it. A node that was drawn before is named
/// again, followed by `…` if there is something below it.
pub(super) fn tree(graph: &Graph, f: &mut impl Write) -> fmt::Result {
    let mut drawn = vec![false; graph.nodes.len()];
    let mut is_root = vec![true; graph.nodes.len()];
    for (from, edge) in all_edges(graph) {
        is_root[edge.to] &= edge.to == from;
    }
    // What only a cycle leads to has no root of its own, and comes last.
    let roots = (0..graph.nodes.len()).filter(|&at| is_root[at]);
    let order: Vec<usize> = roots.chain(0..graph.nodes.len()).collect();
    for root in order {
        if !drawn[root] {
            branch(graph, root, &mut drawn, f)?;
        }
    }
    Ok(())
}

fn branch(graph: &Graph, root: usize, drawn: &mut [bool], f: &mut impl Write) -> fmt::Result {
    let mut lines = vec![Line { at: root, rails: String::new(), branch: None }];
    while let Some(Line { at, rails, branch }) = lines.pop() {
        let node = &graph.nodes[at];
        let (joint, below) = match branch {
            None => ("", ""),
            Some((_, true)) => ("└─ ", "   "),
            Some((_, false)) => ("├─ ", "│  "),
        };
        let again = drawn[at] && !node.edges.is_empty();
        let more = if again { " …" } else { "" };
        let state = state_suffix(node);
        write!(f, "{rails}{joint}{}", title(node))?;
        match branch {
            Some((kind, _)) => writeln!(f, " ({}{state}){more}", kind.name())?,
            None if state.is_empty() => writeln!(f, "{more}")?,
            None => writeln!(f, " ({}){more}", &state[2..])?,
        }
        if std::mem::replace(&mut drawn[at], true) {
            continue;
        }
        let last = node.edges.len();
        for (position, edge) in node.edges.iter().enumerate().rev() {
            lines.push(Line {
                at: edge.to,
                rails: format!("{rails}{below}"),
                branch: Some((edge.kind, position + 1 == last)),
            });
        }
    }
    Ok(())
}
