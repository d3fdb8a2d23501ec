//! A random graph: some executors of the universe in a random order, each wired to
//! random ones before it. Handles for later may lead anywhere.

use std::collections::BTreeSet;
use std::fmt;

use proptest::prelude::*;
use pumped::{Scope, ScopeBuilder};

use super::universe::{Edge, LIVE, NODES, Node, Port, place};
use super::value::Value;

/// The most parameters that an executor has.
const PORTS: usize = 5;

/// What a graph is made of, such that every part can be left out.
#[derive(Clone)]
pub(crate) struct Choice {
    node: usize,
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
        let given = prop::bool::weighted(0.06);
        let choice = (node, 0..4_usize, given, prop::array::uniform5(any::<u8>()));
        choice.prop_map(|(node, coarse, given, wires)| Choice { node, coarse, given, wires })
    };
    let source = (0..NODES.len()).filter(|at| NODES[*at].mutable.is_some());
    let source = source.filter(|at| NODES[*at].ports.is_empty()).collect::<Vec<_>>();
    let sources = prop::collection::vec(choice(prop::sample::select(source).boxed()), 1..5);
    let any = prop_oneof![6 => 0..LIVE, 1 => LIVE..NODES.len()];
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
    node: usize,
    /// Its data are less than this.
    modulus: i64,
    /// Whether a value takes the place of its function.
    pub(crate) given: bool,
    pub(crate) wires: Vec<Wire>,
}

impl Member {
    pub(crate) fn node(&self) -> &'static Node {
        &NODES[self.node]
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
    pub(crate) fn pick(&self, raw: usize, fits: impl Fn(&Node) -> bool) -> Option<usize> {
        let fitting = self.members.iter().enumerate().filter(|(_, member)| fits(member.node()));
        let fitting: Vec<usize> = fitting.map(|(at, _)| at).collect();
        (!fitting.is_empty()).then(|| fitting[raw % fitting.len()])
    }

    /// The members that one leads to: by edges that count, through members that `is_open`
    /// says to go on from.
    pub(crate) fn closure(
        &self,
        from: usize,
        counts: impl Fn(&Wire) -> bool,
        is_open: impl Fn(usize) -> bool,
    ) -> BTreeSet<usize> {
        let (mut found, mut stack) = (BTreeSet::new(), vec![from]);
        while let Some(at) = stack.pop() {
            if !is_open(at) || !found.insert(at) {
                continue;
            }
            let wires = self.members[at].wires.iter().filter(|wire| counts(wire));
            stack.extend(wires.filter_map(|wire| match wire.to {
                To::Member(below) => Some(below),
                To::Nothing => None,
            }));
        }
        found
    }

    fn everything_above(&self, at: usize) -> BTreeSet<usize> {
        let is_reactive = |wire: &Wire| wire.edge == Edge::Reactive;
        let above = |other: &usize| {
            *other != at && self.closure(*other, is_reactive, |_| true).contains(&at)
        };
        (0..self.len()).filter(above).collect()
    }

    /// A builder of a scope with this graph; `value` makes what presets give, to which
    /// member or to a mere parameter.
    pub(crate) fn builder(&self, mut value: impl FnMut(Option<usize>) -> Value) -> ScopeBuilder {
        let mut builder = Scope::builder();
        for (at, member) in self.members.iter().enumerate() {
            if member.given {
                builder = (member.node().give)(builder, value(Some(at)));
                continue;
            }
            for (wire, port) in member.wires.iter().zip(member.node().ports) {
                builder = match wire.to {
                    To::Member(below) => port.wires[number(self.members[below].node)](builder),
                    To::Nothing => (port.give)(builder, value(None)),
                };
            }
        }
        builder
    }
}

/// The number of an executor among the live or the fixed ones.
fn number(node: usize) -> usize {
    if node < LIVE { node } else { node - LIVE }
}

fn member(chosen: &[&Choice], at: usize) -> Member {
    let Choice { node, coarse, given, wires } = chosen[at];
    let awaits = NODES[*node].awaits;
    let wire = |(port, raw): (&Port, &u8)| {
        let reach = if port.edge.is_hard() { at } else { chosen.len() };
        let fits = |other: &usize| {
            let node = chosen[*other].node;
            (node < LIVE) == port.is_live && number(node) < port.wires.len()
        };
        let fitting: Vec<usize> = (0..reach).filter(fits).collect();
        let raw = usize::from(*raw);
        let to = match raw.checked_sub(12) {
            Some(raw) if !fitting.is_empty() => To::Member(fitting[raw % fitting.len()]),
            _ => To::Nothing,
        };
        let earlier = matches!(to, To::Member(other) if other < at);
        let reads = awaits && !port.edge.is_hard() && earlier && !raw.is_multiple_of(3);
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
