//! The graphs that are generated, whoever's code it then is.

use std::ops::Range;

/// In which order a chain is declared.
#[derive(Clone, Copy, Debug)]
pub enum Order {
    /// What a node needs comes before it.
    DependenciesFirst,
    /// It comes after it.
    DependentsFirst,
}

impl Order {
    /// In words.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::DependenciesFirst => "dependencies first",
            Self::DependentsFirst => "dependents first",
        }
    }
}

/// Which graph.
#[derive(Clone, Copy, Debug)]
pub(super) enum Graph {
    /// Nodes in layers, each with `width` dependencies in the layer below.
    Layers { nodes: usize, width: usize, depth: usize },
    /// Each node depends on the one before.
    Chain { nodes: usize, order: Order },
}

impl Graph {
    /// What is measured of it is there without a graph, too.
    pub(super) const SMALLEST: Self = Self::Layers { nodes: 1, width: 1, depth: 1 };

    pub(super) fn nodes(self) -> usize {
        match self {
            Self::Layers { nodes, .. } | Self::Chain { nodes, .. } => nodes,
        }
    }

    /// The nodes in the order of their declarations, each with those that it depends on.
    pub(super) fn declarations(self) -> Vec<(usize, Vec<usize>)> {
        let mut nodes: Vec<_> = (0..self.nodes()).map(|node| (node, self.below(node))).collect();
        if let Self::Chain { order: Order::DependentsFirst, .. } = self {
            nodes.reverse();
        }
        nodes
    }

    /// The nodes that nobody depends on.
    pub(super) fn last(self) -> Range<usize> {
        self.layer(self.layers() - 1)
    }

    /// What a program of executors prints: a node is one and the sum of those that it takes.
    pub(super) fn printed(self) -> String {
        let mut values: Vec<u64> = Vec::new();
        for node in 0..self.nodes() {
            let below = self.below(node).into_iter().map(|below| values[below]);
            let value = below.fold(1_u64, u64::wrapping_add);
            values.push(value);
        }
        values[self.last()].iter().copied().fold(0, u64::wrapping_add).to_string()
    }

    /// How many layers there are; no fewer nodes in each than a node has dependencies.
    pub(super) fn layers(self) -> usize {
        match self {
            Self::Layers { nodes, width, depth } => depth.min(nodes / width).max(1),
            Self::Chain { nodes, .. } => nodes,
        }
    }

    fn layer(self, layer: usize) -> Range<usize> {
        let (nodes, layers) = (self.nodes(), self.layers());
        nodes * layer / layers..nodes * (layer + 1) / layers
    }

    /// What a node depends on: some of the layer below it.
    fn below(self, node: usize) -> Vec<usize> {
        let width = match self {
            Self::Layers { width, .. } => width,
            Self::Chain { .. } => 1,
        };
        let own = (0..self.layers()).find(|layer| self.layer(*layer).contains(&node));
        let Some(below) = own.and_then(|own| own.checked_sub(1)) else {
            return Vec::new();
        };
        let below = self.layer(below);
        let count = width.min(below.len());
        (0..count).map(|at| below.start + (node + at) % below.len()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{Graph, Order};

    #[test]
    fn layers_depend_on_the_layer_below() {
        let graph = Graph::Layers { nodes: 6, width: 2, depth: 3 };
        let expected: [(usize, &[usize]); 6] =
            [(0, &[]), (1, &[]), (2, &[0, 1]), (3, &[1, 0]), (4, &[2, 3]), (5, &[3, 2])];
        let declared = graph.declarations();
        assert!(declared.iter().map(|(node, below)| (*node, &**below)).eq(expected));
        assert_eq!(graph.last(), 4..6);
        assert_eq!(graph.printed(), "14");
    }

    #[test]
    fn a_chain_can_begin_at_its_end() {
        let graph = Graph::Chain { nodes: 3, order: Order::DependentsFirst };
        assert_eq!(graph.declarations(), [(2, vec![1]), (1, vec![0]), (0, vec![])]);
    }
}
