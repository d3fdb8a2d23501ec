//! A random graph: some executors of the universe in a random order, each wired to
//! random ones before it. Handles for later may lead anywhere.

use std::collections::BTreeSet;
use std::fmt;

use proptest::prelude::*;
use pumped::{Scope, ScopeBuilder};

use super::port::{Edge, Port};
use super::universe::{LIVE, NODES, Node, WEIGHTS};
use super::value::Value;

/// The most parameters that an executor has.
const PORTS: usize = 5;

/// How graphs are drawn.
pub(crate) struct Weights {
    /// How many of the members have values in the place of their functions.
    pub(crate) given: f64,
    /// How many are live for each that is fixed.
    pub(crate) live: u32,
    /// Whether a function reads what a handle for later leads to, by a random number.
    pub(crate) reads: fn(&Node, usize) -> bool,
}

/// What a graph is made of, such that every part can be left out.
#[derive(Clone)]
pub(crate) struct Choice {
    pub(crate) node: usize,
    coarse: usize,
    given: bool,
    wires: [u8; PORTS],
}

impl fmt::Debug for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let given = if self.given { ", given" } else { "" };
        let Self { node, coarse, wires, .. } = self;
        write!(f, "{} ({node}, {coarse}{given}, {wires:?})", NODES[*node].name)
    }
}

/// One to four sources, then up to `most` executors of all kinds.
pub(crate) fn any_choices(most: usize) -> impl Strategy<Value = Vec<Choice>> {
    let choice = |node: BoxedStrategy<usize>| {
        let given = prop::bool::weighted(WEIGHTS.given);
        let choice = (node, 0..4_usize, given, prop::array::uniform5(any::<u8>()));
        choice.prop_map(|(node, coarse, given, wires)| Choice { node, coarse, given, wires })
    };
    let source = (0..NODES.len()).filter(|at| NODES[*at].mutable.is_some());
    let source = source.filter(|at| NODES[*at].ports.is_empty()).collect::<Vec<_>>();
    let sources = prop::collection::vec(choice(prop::sample::select(source).boxed()), 1..5);
    let any = prop_oneof![WEIGHTS.live => 0..LIVE, 1 => LIVE..NODES.len()];
    let others = prop::collection::vec(choice(any.boxed()), 0..=most);
    (sources, others).prop_map(|(mut sources, others)| {
        sources.extend(others);
        sources
    })
}

/// Where a parameter leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum To {
    Member(usize),
    /// A value that a preset gives, the same for good.
    Nothing,
}

/// A parameter of a member.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wire {
    pub(crate) edge: Edge,
    pub(crate) to: To,
    /// Whether the function reads what the handle leads to.
    pub(crate) reads: bool,
}

/// An executor of a graph.
#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) node: usize,
    /// Its data are less than this.
    pub(crate) modulus: i64,
    /// Whether a value takes the place of its function.
    pub(crate) given: bool,
    pub(crate) wires: Vec<Wire>,
}

impl Member {
    pub(crate) fn node(&self) -> &'static Node {
        &NODES[self.node]
    }

    pub(crate) fn is_live(&self) -> bool {
        self.node().live.is_some()
    }

    /// What its function makes of its inputs: a sum that tells them apart, but coarse where
    /// it is to cut off.
    pub(crate) fn combine(&self, data: &[i64]) -> i64 {
        data.iter().fold(7, |sum, input| (sum * 31 + input).rem_euclid(1_000_003)) % self.modulus
    }
}

#[derive(Debug)]
pub(crate) struct Graph {
    pub(crate) members: Vec<Member>,
    /// For each member what reactively depends on it, at any distance.
    above: Vec<BTreeSet<usize>>,
    /// For each executor of the universe its member.
    places: Vec<Option<usize>>,
}

impl Graph {
    pub(crate) fn new(choices: &[Choice]) -> Self {
        let mut chosen: Vec<&Choice> = Vec::new();
        for choice in choices {
            if chosen.iter().all(|other| other.node != choice.node) {
                chosen.push(choice);
            }
        }
        let mut places = vec![None; NODES.len()];
        for (at, choice) in chosen.iter().enumerate() {
            places[choice.node] = Some(at);
        }
        let members: Vec<Member> = (0..chosen.len()).map(|at| member(&chosen, at)).collect();
        let mut graph = Self { members, above: Vec::new(), places };
        graph.above = (0..graph.len()).map(|at| graph.everything_above(at)).collect();
        graph
    }

    pub(crate) fn len(&self) -> usize {
        self.members.len()
    }

    pub(crate) fn above(&self, at: usize) -> &BTreeSet<usize> {
        &self.above[at]
    }

    /// The member that an executor is.
    pub(crate) fn member(&self, name: &str) -> usize {
        let node = NODES.iter().position(|node| node.name == name).expect("one of the table");
        self.places[node].expect("an executor of the graph")
    }

    /// The members of some kind, of which `raw` is to choose one.
    pub(crate) fn pick(&self, raw: usize, fits: impl Fn(&Member) -> bool) -> Option<usize> {
        let fitting = self.members.iter().enumerate().filter(|(_, member)| fits(member));
        let fitting: Vec<usize> = fitting.map(|(at, _)| at).collect();
        (!fitting.is_empty()).then(|| fitting[raw % fitting.len()])
    }

    /// The members that one depends on by some kinds of edges, directly.
    pub(crate) fn below<'g>(
        &'g self,
        at: usize,
        counts: impl Fn(&Wire) -> bool + 'g,
    ) -> impl Iterator<Item = usize> + 'g {
        let wires = self.members[at].wires.iter().filter(move |wire| counts(wire));
        wires.filter_map(|wire| match wire.to {
            To::Member(below) => Some(below),
            To::Nothing => None,
        })
    }

    /// The members that some depend on by some kinds of edges, at any distance, and they.
    pub(crate) fn closure(
        &self,
        from: impl IntoIterator<Item = usize>,
        counts: impl Fn(&Wire) -> bool,
    ) -> BTreeSet<usize> {
        let (mut found, mut stack) = (BTreeSet::new(), Vec::from_iter(from));
        while let Some(at) = stack.pop() {
            if found.insert(at) {
                stack.extend(self.below(at, &counts));
            }
        }
        found
    }

    fn everything_above(&self, at: usize) -> BTreeSet<usize> {
        let is_reactive = |wire: &Wire| wire.edge == Edge::Reactive;
        let above =
            |other: &usize| *other != at && self.closure([*other], is_reactive).contains(&at);
        (0..self.len()).filter(above).collect()
    }

    /// A builder of a scope with this graph; `value` makes what presets give, to a member or
    /// to one of its parameters.
    pub(crate) fn builder(
        &self,
        mut value: impl FnMut(usize, Option<usize>) -> Value,
    ) -> ScopeBuilder {
        let mut builder = Scope::builder();
        for (at, member) in self.members.iter().enumerate() {
            if member.given {
                builder = (member.node().give)(builder, value(at, None));
                continue;
            }
            for (place, (wire, port)) in member.wires.iter().zip(member.node().ports).enumerate() {
                builder = match wire.to {
                    To::Member(below) => {
                        let put = port.put(self.members[below].node);
                        put.expect("one that fits")(builder)
                    }
                    To::Nothing => (port.give)(builder, value(at, Some(place))),
                };
            }
        }
        builder
    }
}

fn member(chosen: &[&Choice], at: usize) -> Member {
    let Choice { node, coarse, given, wires } = chosen[at];
    let wire = |(port, raw): (&Port, &u8)| {
        let reach = if port.edge.is_hard() { at } else { chosen.len() };
        let fitting = (0..reach).filter(|other| port.put(chosen[*other].node).is_some());
        let fitting: Vec<usize> = fitting.collect();
        let raw = usize::from(*raw);
        let to = match raw.checked_sub(12) {
            Some(raw) if !fitting.is_empty() => To::Member(fitting[raw % fitting.len()]),
            _ => To::Nothing,
        };
        let earlier = matches!(to, To::Member(other) if other < at);
        let reads = !port.edge.is_hard() && earlier && (WEIGHTS.reads)(&NODES[*node], raw);
        Wire { edge: port.edge, to, reads }
    };
    let ports = NODES[*node].ports.iter().zip(wires);
    Member {
        node: *node,
        modulus: [2, 3, 5, 1_000_003][*coarse],
        given: *given,
        wires: if *given { Vec::new() } else { ports.map(wire).collect() },
    }
}
