//! The code of a graph, as one would write it with pumped, by hand, or with another library.

mod executors;
mod flows;
mod peers;

use super::graph::Graph;

/// Whose code it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Author {
    /// With pumped.
    Pumped,
    /// With the standard library alone.
    Hand,
    /// With `shaku`.
    Shaku,
    /// With `nject`.
    Nject,
    /// With `froodi`.
    Froodi,
    /// With `lockjaw`.
    Lockjaw,
}

impl Author {
    /// The other libraries.
    pub const PEERS: [Self; 4] = [Self::Shaku, Self::Nject, Self::Froodi, Self::Lockjaw];

    /// What tables and packages call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Pumped => "pumped",
            Self::Hand => "hand",
            Self::Shaku => "shaku",
            Self::Nject => "nject",
            Self::Froodi => "froodi",
            Self::Lockjaw => "lockjaw",
        }
    }

    /// The release of a peer that is measured.
    #[must_use]
    pub fn version(self) -> Option<&'static str> {
        match self {
            Self::Pumped | Self::Hand => None,
            Self::Shaku => Some("0.6.3"),
            Self::Nject => Some("0.5.1"),
            Self::Froodi => Some("1.0.0-beta.20"),
            Self::Lockjaw => Some("0.3.3"),
        }
    }

    /// A build script, if the library needs one.
    pub(super) fn build_script(self) -> Option<&'static str> {
        (self == Self::Lockjaw).then_some("fn main() { lockjaw::build_script(); }\n")
    }
}

/// What the nodes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nodes {
    /// Long-lived values, each built from those that it depends on.
    Executors,
    /// Operations, each of which runs those that it depends on.
    Flows,
}

impl Nodes {
    /// In words.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Executors => "executors",
            Self::Flows => "flows",
        }
    }
}

/// A program that prints the sum of the values of the nodes that nobody depends on: the
/// same number, whoever's code it is.
pub(super) fn code(author: Author, nodes: Nodes, graph: Graph) -> String {
    let mut code = "#![allow(dead_code, unused_imports)]\n".to_owned();
    let written = match (author, nodes) {
        (Author::Pumped, Nodes::Executors) => executors::with_pumped(graph, &mut code),
        (Author::Hand, Nodes::Executors) => executors::by_hand(graph, &mut code),
        (Author::Pumped, Nodes::Flows) => flows::with_pumped(graph, &mut code),
        (Author::Hand, Nodes::Flows) => flows::by_hand(graph, &mut code),
        (Author::Shaku, _) => peers::shaku(graph, &mut code),
        (Author::Nject, _) => peers::nject(graph, &mut code),
        (Author::Froodi, _) => peers::froodi(graph, &mut code),
        (Author::Lockjaw, _) => peers::lockjaw(graph, &mut code),
    };
    written.expect("a string takes all");
    code
}

/// `text` of each dependency, with its place among them.
fn list(below: &[usize], text: impl Fn(usize, usize) -> String) -> String {
    below.iter().enumerate().map(|(at, below)| text(at, *below)).collect()
}

/// One and the sums of all dependencies, which in a deep graph no number can hold.
fn sum(below: &[usize], sum_of: impl Fn(usize) -> String) -> String {
    list(below, |at, _| format!(".wrapping_add({})", sum_of(at)))
}

/// A `main` that adds up the values of the last nodes.
fn main(graph: Graph, before: &str, value: impl Fn(usize) -> String) -> String {
    let add = |node| format!("sum = sum.wrapping_add({});", value(node));
    let values = graph.last().map(add).collect::<Vec<_>>().join("\n");
    format!("fn main() {{\n{before}\nlet mut sum = 0u64;\n{values}\nprintln!(\"{{sum}}\");\n}}\n")
}

#[cfg(test)]
mod tests {
    use super::Author;

    /// Here and at run time the same releases stand beside pumped.
    #[test]
    fn peers_are_those_of_the_manifest() {
        let manifest = include_str!("../../../Cargo.toml");
        for author in [Author::Shaku, Author::Nject, Author::Froodi] {
            let (name, version) = (author.name(), author.version().unwrap_or_default());
            let line = format!("\n{name} = {{ version = \"{version}\"");
            assert!(manifest.contains(&line), "{name} {version} is not in Cargo.toml");
        }
    }
}
