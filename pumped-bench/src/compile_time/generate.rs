//! The code of a graph, as one would write it with pumped and by hand.

use std::fmt::Write as _;
use std::ops::Range;

/// Whose code it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Ours,
    Hand,
}

impl Side {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Ours => "ours",
            Self::Hand => "hand",
        }
    }
}

/// In which order a chain is declared.
#[derive(Clone, Copy, Debug)]
pub(super) enum Order {
    DependenciesFirst,
    DependentsFirst,
}

impl Order {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::DependenciesFirst => "dependencies first",
            Self::DependentsFirst => "dependents first",
        }
    }
}

/// What is generated.
#[derive(Clone, Copy, Debug)]
pub(super) enum Shape {
    Layers { nodes: usize, width: usize, depth: usize },
    Chain { nodes: usize, order: Order },
}

impl Shape {
    pub(super) const EMPTY: Self = Self::Layers { nodes: 0, width: 1, depth: 1 };

    pub(super) fn nodes(self) -> usize {
        match self {
            Self::Layers { nodes, .. } | Self::Chain { nodes, .. } => nodes,
        }
    }

    /// A program that prints the sum of the last layer's values.
    pub(super) fn code(self, side: Side) -> String {
        let nodes: Vec<Vec<usize>> = (0..self.nodes()).map(|node| self.below(node)).collect();
        let mut code = "#![allow(dead_code, unused_imports)]\n".to_owned();
        let written = match side {
            Side::Ours => self.ours(&nodes, &mut code),
            Side::Hand => self.hand(&nodes, &mut code),
        };
        written.expect("a string takes all");
        code
    }

    /// How many layers there are; no fewer nodes in each than a node has dependencies.
    fn layers(self) -> usize {
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
        let choice = (0..count).map(|at| below.start + (node + at) % below.len());
        choice.collect()
    }

    fn last(self) -> Range<usize> {
        self.layer(self.layers() - 1)
    }

    fn ours(self, nodes: &[Vec<usize>], code: &mut String) -> std::fmt::Result {
        code.push_str("use pumped::prelude::*;\n");
        let mut order: Vec<usize> = (0..nodes.len()).collect();
        if let Self::Chain { order: Order::DependentsFirst, .. } = self {
            order.reverse();
        }
        for node in order {
            let fields: String = list(&nodes[node], |at, below| format!("d{at}: Dep<n{below}>, "));
            let moved: String = list(&nodes[node], |at, _| format!("d{at}, "));
            let sum: String = list(&nodes[node], |at, _| format!(" + d{at}.sum"));
            writeln!(
                code,
                "pub struct V{node} {{ {fields}sum: u64 }}\n\
                 #[executor]\npub fn n{node}({fields}) -> V{node} {{ \
                 let sum = 1u64{sum}; V{node} {{ {moved}sum }} }}"
            )?;
        }
        code.push_str("fn main() { let scope = Scope::new(); let mut sum = 0u64;\n");
        for node in self.last() {
            writeln!(code, "sum += scope.get::<n{node}>().unwrap().sum;")?;
        }
        code.push_str("println!(\"{sum}\"); }\n");
        Ok(())
    }

    fn hand(self, nodes: &[Vec<usize>], code: &mut String) -> std::fmt::Result {
        code.push_str("use std::sync::{Arc, OnceLock};\n#[derive(Default)]\npub struct App {\n");
        for node in 0..nodes.len() {
            writeln!(code, "n{node}: OnceLock<Arc<V{node}>>,")?;
        }
        code.push_str("}\n");
        for (node, below) in nodes.iter().enumerate() {
            let fields: String = list(below, |at, below| format!("d{at}: Arc<V{below}>, "));
            let moved: String = list(below, |at, _| format!("d{at}, "));
            let taken: String = list(below, |_, below| format!("self.n{below}().clone(), "));
            let sum: String = list(below, |at, _| format!(" + d{at}.sum"));
            writeln!(
                code,
                "pub struct V{node} {{ {fields}sum: u64 }}\n\
                 pub fn n{node}({fields}) -> V{node} {{ \
                 let sum = 1u64{sum}; V{node} {{ {moved}sum }} }}\n\
                 impl App {{ pub fn n{node}(&self) -> &Arc<V{node}> {{ \
                 self.n{node}.get_or_init(|| Arc::new(n{node}({taken}))) }} }}"
            )?;
        }
        code.push_str("fn main() { let app = App::default(); let mut sum = 0u64;\n");
        for node in self.last() {
            writeln!(code, "sum += app.n{node}().sum;")?;
        }
        code.push_str("println!(\"{sum}\"); }\n");
        Ok(())
    }
}

fn list(below: &[usize], text: impl Fn(usize, usize) -> String) -> String {
    below.iter().enumerate().map(|(at, below)| text(at, *below)).collect()
}
