//! What is right at which moment, written as plainly as possible. It knows nothing of how
//! the runtime does it: each change takes a moment, and a version *fits* a moment if that is
//! what its executor had to be then.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::graph::{Graph, To, Wire};
use super::port::Edge;
use super::recorder::{Origin, Seen, Version};

/// A change of a member.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Commit {
    pub(crate) at: usize,
    pub(crate) moment: u64,
    /// The version that was given; none, if it was released.
    pub(crate) given: Option<u64>,
}

/// An input of a version: of which member, if it is of any, and its serial.
type Source = (Option<usize>, u64);

/// The history of the changes of a scope.
pub(crate) struct Oracle {
    pub(crate) graph: Arc<Graph>,
    pub(crate) commits: Vec<Commit>,
    /// The moments that can be seen: a batch has others in between.
    pub(crate) moments: BTreeSet<u64>,
}

/// Whether versions fit a moment, as far as is known.
type Known = BTreeMap<u64, bool>;

impl Oracle {
    pub(crate) fn new(graph: Arc<Graph>) -> Self {
        Self { graph, commits: Vec::new(), moments: BTreeSet::from([0]) }
    }

    fn is_eq(&self, at: usize) -> bool {
        self.graph.members[at].node().eq
    }

    /// The wires of a member that bring values.
    fn hard(&self, at: usize) -> impl Iterator<Item = &Wire> {
        self.graph.members[at].wires.iter().filter(|wire| wire.edge.is_hard())
    }

    /// The inputs of a version that make it stale.
    fn reactive(&self, version: &Version) -> Vec<Source> {
        let Some(at) = version.at else { return Vec::new() };
        let pairs = self.hard(at).zip(&version.from);
        let reactive = pairs.filter(|(wire, _)| wire.edge == Edge::Reactive);
        let input = |(wire, serial): (&Wire, &u64)| match wire.to {
            To::Member(below) => (Some(below), *serial),
            To::Nothing => (None, *serial),
        };
        reactive.map(input).collect()
    }

    /// Whether a build over the inputs of `new` comes to `old` without being run: rule 12.
    pub(crate) fn is_needless(&self, seen: &Seen, old: u64, new: u64) -> bool {
        let (old, new) = (&seen.versions[&old], &seen.versions[&new]);
        if !matches!(old.origin, Origin::Built(_)) {
            return false;
        }
        let (old, new) = (self.reactive(old), self.reactive(new));
        let is_same = |((at, old), (_, new)): (&Source, &Source)| {
            let eq = at.is_some_and(|at| self.is_eq(at));
            old == new || eq && seen.versions[old].data == seen.versions[new].data
        };
        !old.is_empty() && old.iter().zip(&new).all(is_same)
    }

    /// Whether `at`, or what it reactively depends on, was changed after `since`, at the
    /// latest at `until`.
    pub(crate) fn is_affected(&self, at: usize, since: u64, until: u64) -> bool {
        let affects = |changed: usize| changed == at || self.graph.above(changed).contains(&at);
        let mut between = self.between(since, until);
        between.any(|commit| affects(commit.at))
    }

    fn between(&self, since: u64, until: u64) -> impl Iterator<Item = &Commit> {
        self.commits.iter().filter(move |commit| since < commit.moment && commit.moment <= until)
    }

    fn is_changed(&self, at: usize, since: u64, until: u64) -> bool {
        self.between(since, until).any(|commit| commit.at == at)
    }

    /// Whether a version is what its executor had to be at a moment, or equal to that where
    /// the executor is `eq`.
    pub(crate) fn fits(&self, seen: &Seen, serial: u64, moment: u64) -> bool {
        self.known_to_fit(seen, serial, moment, &mut Known::new())
    }

    fn known_to_fit(&self, seen: &Seen, serial: u64, moment: u64, known: &mut Known) -> bool {
        if let Some(fits) = known.get(&serial) {
            return *fits;
        }
        let version = &seen.versions[&serial];
        let mut fits = self.is_it(seen, version, moment, known);
        if !fits && version.at.is_some_and(|at| self.is_eq(at)) {
            let mut others = seen.versions.values().filter(|other| other.has_value);
            fits = others.any(|other| {
                (other.at, other.data) == (version.at, version.data)
                    && self.is_it(seen, other, moment, known)
            });
        }
        known.insert(serial, fits);
        fits
    }

    fn is_it(&self, seen: &Seen, version: &Version, moment: u64, known: &mut Known) -> bool {
        let Some(at) = version.at else { return true };
        match version.origin {
            Origin::Preset => {
                let mut before = self.commits.iter().filter(|commit| commit.moment <= moment);
                let last = before.rfind(|commit| commit.at == at);
                last.is_none_or(|commit| commit.given.is_none())
            }
            Origin::Given(since) => since <= moment && !self.is_affected(at, since, moment),
            Origin::Built(begun) => {
                let inputs = self.reactive(version);
                !self.is_changed(at, begun, moment)
                    && inputs
                        .iter()
                        .all(|(_, input)| self.known_to_fit(seen, *input, moment, known))
            }
        }
    }

    /// Whether a read that began and ended at these moments may bring a version.
    pub(crate) fn may_be_read(&self, seen: &Seen, serial: u64, since: u64, until: u64) -> bool {
        self.moments.range(since..=until).any(|moment| self.fits(seen, serial, *moment))
    }

    /// Everything that some versions were built from, at any distance, and they.
    pub(crate) fn below(seen: &Seen, from: impl IntoIterator<Item = u64>) -> BTreeSet<u64> {
        let (mut below, mut stack) = (BTreeSet::new(), Vec::from_iter(from));
        while let Some(serial) = stack.pop() {
            if below.insert(serial) {
                stack.extend(&seen.versions[&serial].from);
            }
        }
        below
    }
}
