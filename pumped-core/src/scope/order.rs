//! The order of the last cleanups: dependents before what they depend on.
//!
//! Values know what they were built from, and were numbered in the order of
//! building, so mostly the newest comes first and that is all. Lazy handles and
//! controllers reach executors that were built later: such an edge counts, too,
//! unless it is part of a cycle.

use std::collections::BinaryHeap;

use super::core::Core;
use crate::maps::HashMap;
use crate::node::{EdgeKind, Node, Param};
use crate::sorted::by_rank;

/// The numbers of the values in the order in which they are to be cleaned up.
pub(crate) fn of_cleanups(core: &Core, values: &[(u64, &'static Node)]) -> Vec<u64> {
    let numbers: Vec<u64> = values.iter().map(|(number, _)| *number).collect();
    let newest_first: Vec<_> = by_rank(&numbers).into_iter().rev().map(|at| values[at]).collect();
    let graph = Graph::below(core, &newest_first);
    if graph.has_soft_edges() {
        graph.sort(&newest_first)
    } else {
        newest_first.into_iter().map(|(number, _)| number).collect()
    }
}

/// Executors by position, and for each those that it depends on.
struct Graph {
    positions: HashMap<u32, usize>,
    edges: Vec<Vec<Edge>>,
}

#[derive(Clone, Copy)]
struct Edge {
    to: usize,
    /// Resolved later, by a lazy handle or a controller.
    soft: bool,
}

impl Graph {
    fn below(core: &Core, values: &[(u64, &'static Node)]) -> Self {
        let mut graph = Self { positions: HashMap::default(), edges: Vec::new() };
        let mut nodes: Vec<&'static Node> = Vec::new();
        for (_, node) in values {
            graph.position(node, &mut nodes);
        }
        let mut at = 0;
        while at < nodes.len() {
            for param in nodes[at].params() {
                let Param::Edge(edge) = param else { continue };
                let to = graph.position(core.target(edge.node()).builder, &mut nodes);
                let soft = matches!(edge.kind(), EdgeKind::Lazy | EdgeKind::Controller);
                graph.edges[at].push(Edge { to, soft });
            }
            at += 1;
        }
        graph
    }

    fn position(&mut self, node: &'static Node, nodes: &mut Vec<&'static Node>) -> usize {
        *self.positions.entry(node.index()).or_insert_with(|| {
            nodes.push(node);
            self.edges.push(Vec::new());
            nodes.len() - 1
        })
    }

    fn has_soft_edges(&self) -> bool {
        self.edges.iter().flatten().any(|edge| edge.soft)
    }

    /// Takes what nothing is left to wait for, the newest first; what has no value
    /// at once.
    fn sort(&self, newest_first: &[(u64, &'static Node)]) -> Vec<u64> {
        let mut values: Vec<Vec<u64>> = vec![Vec::new(); self.edges.len()];
        for (number, node) in newest_first {
            values[self.positions[&node.index()]].push(*number);
        }
        let components = self.components();
        let counts =
            |from: usize, edge: &Edge| !edge.soft || components[from] != components[edge.to];
        let mut waits_for = vec![0_usize; self.edges.len()];
        for (from, edges) in self.edges.iter().enumerate() {
            for edge in edges.iter().filter(|edge| counts(from, edge)) {
                waits_for[edge.to] += 1;
            }
        }
        let urgency = |at: usize| values[at].first().copied().unwrap_or(u64::MAX);
        let free = (0..self.edges.len()).filter(|&at| waits_for[at] == 0);
        let mut ready: BinaryHeap<(u64, usize)> = free.map(|at| (urgency(at), at)).collect();
        let mut order = Vec::new();
        while let Some((_, from)) = ready.pop() {
            order.extend(&values[from]);
            for edge in self.edges[from].iter().filter(|edge| counts(from, edge)) {
                waits_for[edge.to] -= 1;
                if waits_for[edge.to] == 0 {
                    ready.push((urgency(edge.to), edge.to));
                }
            }
        }
        order
    }

    /// Tarjan's algorithm, as a loop: the number of the strongly connected
    /// component of each position.
    fn components(&self) -> Vec<usize> {
        const UNSEEN: usize = usize::MAX;
        let count = self.edges.len();
        let mut component = vec![UNSEEN; count];
        let mut seen_at = vec![UNSEEN; count];
        let mut lowest = vec![0; count];
        let mut open: Vec<usize> = Vec::new();
        let (mut clock, mut components) = (0, 0);
        for start in 0..count {
            let mut way: Vec<(usize, usize)> = Vec::new();
            if seen_at[start] == UNSEEN {
                way.push((start, 0));
            }
            while let Some((at, next)) = way.last_mut() {
                let (at, edge) = (*at, *next);
                *next += 1;
                if edge == 0 {
                    (seen_at[at], lowest[at]) = (clock, clock);
                    clock += 1;
                    open.push(at);
                }
                if let Some(Edge { to, .. }) = self.edges[at].get(edge).copied() {
                    if seen_at[to] == UNSEEN {
                        way.push((to, 0));
                    } else if component[to] == UNSEEN {
                        lowest[at] = lowest[at].min(seen_at[to]);
                    }
                    continue;
                }
                way.pop();
                if let Some((above, _)) = way.last() {
                    lowest[*above] = lowest[*above].min(lowest[at]);
                }
                if lowest[at] == seen_at[at] {
                    while let Some(member) = open.pop() {
                        component[member] = components;
                        if member == at {
                            break;
                        }
                    }
                    components += 1;
                }
            }
        }
        component
    }
}
