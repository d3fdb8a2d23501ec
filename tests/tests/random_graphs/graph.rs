//! A random graph: some executors of the universe in a random order, each wired to
//! random ones before it. Handles for later may lead anywhere.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use proptest::prelude::*;
use pumped::{Scope, ScopeBuilder};

use super::universe::{Edge, LIVE, NODES, Node, place};
use super::value::Value;

/// The most parameters that an executor has.
const PORTS: usize = 5;

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
        let given = prop::bool::weighted(0.08);
        let choice = (node, 0..4_usize, given, prop::array::uniform5(any::<u8>()));
        choice.prop_map(|(node, coarse, given, wires)| Choice { node, coarse, given, wires })
    };
    let source = (0..NODES.len()).filter(|at| NODES[*at].mutable.is_some());
    let source = source.filter(|at| NODES[*at].ports.is_empty()).collect::<Vec<_>>();
    let sources = prop::collection::vec(choice(prop::sample::select(source).boxed()), 1..5);
    let any = prop_oneof![5 => 0..LIVE, 1 => LIVE..NODES.len()];
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
        self.places[place(name)].expect("an executor of the graph")
    }

    /// The members of some kind, of which `raw` is to choose one.
    pub(crate) fn pick(&self, raw: usize, fits: impl Fn(&Member) -> bool) -> Option<usize> {
        let fitting = self.members.iter().enumerate().filter(|(_, member)| fits(member));
        let fitting: Vec<usize> = fitting.map(|(at, _)| at).collect();
        (!fitting.is_empty()).then(|| fitting[raw % fitting.len()])
    }

    /// The members that one depends on by some kinds of edges, directly.
    fn below<'g>(
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
        counts: impl Fn(&Wire) -> bool + Copy,
    ) -> BTreeSet<usize> {
        let (mut found, mut stack) = (BTreeSet::new(), Vec::from_iter(from));
        while let Some(at) = stack.pop() {
            if found.insert(at) {
                stack.extend(self.below(at, counts));
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

    /// The members whose failure one build may meet twice, by a handle and by an edge.
    /// Whether it then tries once or twice is not for a model to say.
    pub(crate) fn met_twice(&self) -> BTreeSet<usize> {
        let is_hard = |wire: &Wire| wire.edge.is_hard();
        let mut twice = BTreeSet::new();
        for reader in 0..self.len() {
            let read = self.closure(self.below(reader, |wire| wire.reads), |wire| {
                wire.edge.is_hard() || wire.reads
            });
            let tops = (0..self.len()).map(|top| self.closure([top], is_hard));
            for top in tops.filter(|top| top.contains(&reader)) {
                twice.extend(read.intersection(&top));
            }
        }
        twice
    }

    /// A builder of a scope with this graph; `value` makes what presets give, to which
    /// member or to a mere parameter.
    pub(crate) fn builder(
        &self,
        mut value: impl FnMut(Option<usize>) -> Value,
    ) -> (ScopeBuilder, Given) {
        let (mut builder, mut given) = (Scope::builder(), Given::default());
        for (at, member) in self.members.iter().enumerate() {
            if member.given {
                let value = value(Some(at));
                given.members.insert(at, (value.built.serial, value.built.data));
                builder = (member.node().give)(builder, value);
                continue;
            }
            for (place, (wire, port)) in member.wires.iter().zip(member.node().ports).enumerate() {
                builder = match wire.to {
                    To::Member(below) => {
                        let below = self.members[below].node;
                        port.wires[if below < LIVE { below } else { below - LIVE }](builder)
                    }
                    To::Nothing => {
                        let value = value(None);
                        given.ports.insert((at, place), (value.built.serial, value.built.data));
                        (port.give)(builder, value)
                    }
                };
            }
        }
        (builder, given)
    }
}

/// The values that presets have given to a scope: their serials and data.
#[derive(Clone, Debug, Default)]
pub(crate) struct Given {
    pub(crate) members: BTreeMap<usize, (u64, i64)>,
    pub(crate) ports: BTreeMap<(usize, usize), (u64, i64)>,
}

fn member(chosen: &[&Choice], at: usize) -> Member {
    let Choice { node, coarse, given, wires } = chosen[at];
    let wire = |(port, raw): (&super::universe::Port, &u8)| {
        // The table of a port is as long as there are executors that fit.
        let live = port.wires.len() == LIVE;
        let reach = if port.edge.is_hard() { at } else { chosen.len() };
        let fitting = (0..reach).filter(|other| (chosen[*other].node < LIVE) == live);
        let fitting: Vec<usize> = fitting.collect();
        let raw = usize::from(*raw);
        let to = match raw.checked_sub(12) {
            Some(raw) if !fitting.is_empty() => To::Member(fitting[raw % fitting.len()]),
            _ => To::Nothing,
        };
        let earlier = matches!(to, To::Member(other) if other < at);
        Wire { edge: port.edge, to, reads: !port.edge.is_hard() && earlier && raw % 2 == 0 }
    };
    let ports = NODES[*node].ports.iter().zip(wires);
    Member {
        node: *node,
        modulus: [2, 3, 5, 1_000_003][*coarse],
        given: *given,
        wires: if *given { Vec::new() } else { ports.map(wire).collect() },
    }
}
