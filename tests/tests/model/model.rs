//! What a scope must do, written as plainly as possible: one thread, versions by
//! number, and who holds whom. It knows nothing of how the runtime does it.

use std::collections::{BTreeMap, BTreeSet};

use super::graph::{Built, Edge, NODES, NOTHING, Node, combine};

/// A version of some executor.
pub(crate) struct Version {
    pub(crate) data: i64,
    pub(crate) from: Vec<u64>,
    pub(crate) has_cleanup: bool,
}

#[derive(Clone, Copy, Default)]
pub(crate) struct Slot {
    pub(crate) current: Option<u64>,
    pub(crate) stale: bool,
}

/// The runs of functions that an operation made, by executor.
pub(crate) type Runs = BTreeMap<&'static str, Option<Built>>;

#[derive(Default)]
pub(crate) struct Model {
    pub(crate) versions: BTreeMap<u64, Version>,
    pub(crate) slots: [Slot; NODES.len()],
    pub(crate) holds: Vec<u64>,
    pub(crate) failing: BTreeSet<&'static str>,
    pub(crate) closed: BTreeSet<u64>,
    pub(crate) disposed: bool,
    /// What the scope ran in this operation and the model has not accounted for.
    pub(crate) runs: Runs,
}

/// The executor that failed.
pub(crate) type Failure = &'static str;

pub(crate) fn position(name: &str) -> usize {
    NODES.iter().position(|node| node.name == name).expect("a declared executor")
}

fn inputs(node: usize) -> impl Iterator<Item = (Edge, usize)> {
    NODES[node].inputs.iter().map(|(edge, name)| (*edge, position(name)))
}

impl Model {
    /// The current version of a node, with all that has to be built for it.
    pub(crate) fn get(&mut self, at: usize) -> Result<u64, Failure> {
        self.build_fixed(at)?;
        self.refresh(at)
    }

    /// Whatever is fixed is built before whatever is live.
    fn build_fixed(&mut self, at: usize) -> Result<(), Failure> {
        let node = &NODES[at];
        if node.live.is_none() && self.slots[at].current.is_some() {
            return Ok(());
        }
        // Rule 11: what is current needs nothing.
        if node.live.is_some() && self.is_cached(at) {
            return Ok(());
        }
        for (_, below) in inputs(at) {
            self.build_fixed(below)?;
        }
        if node.live.is_none() {
            let from: Vec<u64> =
                inputs(at).map(|(_, below)| self.refresh(below)).collect::<Result<_, _>>()?;
            self.run(at, from)?;
        }
        Ok(())
    }

    fn refresh(&mut self, at: usize) -> Result<u64, Failure> {
        if let Some(current) = self.slots[at].current
            && self.is_cached(at)
        {
            return Ok(current);
        }
        let from: Vec<u64> =
            inputs(at).map(|(_, below)| self.refresh(below)).collect::<Result<_, _>>()?;
        // Rule 12: built from the same, it is the same.
        if let Some(old) = self.slots[at].current
            && self.is_built_from(at, old, &from)
        {
            self.slots[at].stale = false;
            return Ok(old);
        }
        self.run(at, from)
    }

    fn is_built_from(&self, at: usize, old: u64, from: &[u64]) -> bool {
        let before = &self.versions[&old].from;
        let mut reactive = inputs(at).enumerate().filter(|(_, (edge, _))| *edge == Edge::Reactive);
        !before.is_empty()
            && reactive.all(|(at, (_, below))| {
                let (old, new) = (before[at], from[at]);
                old == new || NODES[below].eq && self.data(old) == self.data(new)
            })
    }

    fn data(&self, version: u64) -> i64 {
        self.versions[&version].data
    }

    /// The function of a node has to run now, over these inputs.
    fn run(&mut self, at: usize, from: Vec<u64>) -> Result<u64, Failure> {
        let Node { name, eq, .. } = NODES[at];
        let mut data: Vec<i64> = from.iter().map(|input| self.data(*input)).collect();
        if name == "chooser" {
            let lazy = position(if data[0] == 0 { "sum" } else { "frozen" });
            data.push(self.get(lazy).map_or(NOTHING, |value| self.data(value)));
        }
        let run = self.runs.remove(name).unwrap_or_else(|| panic!("`{name}` was not run"));
        if self.failing.contains(name) {
            assert_eq!(run, None, "`{name}` was to fail");
            return Err(name);
        }
        let built = run.unwrap_or_else(|| panic!("`{name}` was not to fail"));
        assert_eq!(built.data, combine(name, &data), "the value of `{name}`");
        assert_eq!(built.from, from, "the versions that `{name}` was built from");
        let version = Version { data: built.data, from, has_cleanup: true };
        self.versions.insert(built.serial, version);
        let slot = self.slots[at];
        self.slots[at].stale = false;
        if let Some(old) = slot.current
            && eq
            && self.data(old) == built.data
        {
            return Ok(old);
        }
        self.slots[at].current = Some(built.serial);
        Ok(built.serial)
    }

    pub(crate) fn is_cached(&self, at: usize) -> bool {
        self.slots[at].current.is_some() && !self.slots[at].stale
    }

    /// A value is given to a mutable node.
    pub(crate) fn put(&mut self, at: usize, serial: u64, data: i64) {
        let Node { eq, declared, .. } = NODES[at];
        if eq
            && self.is_cached(at)
            && self.slots[at].current.map(|old| self.data(old)) == Some(data)
        {
            return;
        }
        let version = Version { data, from: Vec::new(), has_cleanup: declared };
        self.versions.insert(serial, version);
        for above in Self::above(at) {
            self.slots[above].stale = true;
        }
        self.slots[at] = Slot { current: Some(serial), stale: false };
    }

    pub(crate) fn release(&mut self, at: usize) {
        for at in Self::above(at).into_iter().chain([at]) {
            self.slots[at] = Slot { current: None, stale: true };
        }
    }

    /// Everything that reactively depends on a node.
    fn above(at: usize) -> BTreeSet<usize> {
        let mut above = BTreeSet::from([at]);
        loop {
            let reached = (0..NODES.len()).filter(|node| {
                inputs(*node).any(|(edge, below)| edge == Edge::Reactive && above.contains(&below))
            });
            let reached: BTreeSet<usize> = reached.chain(above.iter().copied()).collect();
            if reached == above {
                above.remove(&at);
                return above;
            }
            above = reached;
        }
    }

    /// Everything that a version was built from, at any distance, and itself.
    pub(crate) fn below(&self, version: u64) -> BTreeSet<u64> {
        let mut below = BTreeSet::new();
        let mut stack = vec![version];
        while let Some(version) = stack.pop() {
            if below.insert(version) {
                stack.extend(&self.versions[&version].from);
            }
        }
        below
    }

    /// Rule 16: what nobody holds any more and still has cleanups; all of it, once disposed.
    pub(crate) fn close_what_is_free(&mut self) -> BTreeSet<u64> {
        let roots = self.slots.iter().filter_map(|slot| slot.current).chain(self.holds.clone());
        let held: BTreeSet<u64> = roots.flat_map(|root| self.below(root)).collect();
        let gone = self.versions.iter().filter(|(serial, version)| {
            version.has_cleanup
                && !self.closed.contains(serial)
                && (self.disposed || !held.contains(serial))
        });
        let gone: BTreeSet<u64> = gone.map(|(serial, _)| *serial).collect();
        self.closed.extend(&gone);
        gone
    }
}
