//! What a scope must do, written as plainly as possible: one thread, versions by
//! number, and who holds whom. It knows nothing of how the runtime does it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use super::graph::{Graph, To};
use super::port::Edge;
use super::universe::Node;
use super::value::Built;

/// What an executor makes of a handle whose executor fails.
pub(crate) const NOTHING: i64 = -1;

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

/// A callback, and the version that it was last told of.
pub(crate) struct Follower {
    pub(crate) id: usize,
    pub(crate) at: usize,
    pub(crate) last: Option<u64>,
}

/// Somebody who polls for changes.
pub(crate) struct Watcher {
    pub(crate) at: usize,
    seen: Option<u64>,
    failed: Option<Failure>,
    changed: bool,
}

/// The member that failed.
pub(crate) type Failure = usize;

/// What a poll brings.
pub(crate) type Item = Option<Result<u64, Failure>>;

/// The values that presets have given to members, and to their parameters: their serials
/// and data.
pub(crate) type Given = BTreeMap<(usize, Option<usize>), (u64, i64)>;

/// The runs of functions that an operation made, by member.
pub(crate) type Runs = BTreeMap<usize, VecDeque<Option<Built>>>;

pub(crate) struct Model {
    pub(crate) graph: Arc<Graph>,
    given: Given,
    pub(crate) versions: BTreeMap<u64, Version>,
    pub(crate) slots: Vec<Slot>,
    pub(crate) holds: Vec<u64>,
    pub(crate) failing: BTreeSet<usize>,
    pub(crate) closed: BTreeSet<u64>,
    /// The versions that batches have given.
    pub(crate) batched: BTreeSet<u64>,
    pub(crate) disposed: bool,
    pub(crate) followers: Vec<Follower>,
    pub(crate) watchers: Vec<Watcher>,
    /// Which callbacks this operation calls, and with what.
    pub(crate) calls: Vec<(usize, u64)>,
    /// What the scope ran in this operation and the model has not accounted for.
    pub(crate) runs: Runs,
}

impl Model {
    pub(crate) fn new(graph: Arc<Graph>, given: Given) -> Self {
        let mut versions = BTreeMap::new();
        for (serial, data) in given.values() {
            let version = Version { data: *data, from: Vec::new(), has_cleanup: false };
            versions.insert(*serial, version);
        }
        let slot =
            |at| Slot { current: given.get(&(at, None)).map(|(serial, _)| *serial), stale: false };
        let slots = (0..graph.len()).map(slot).collect();
        Self {
            graph,
            given,
            versions,
            slots,
            holds: Vec::new(),
            failing: BTreeSet::new(),
            closed: BTreeSet::new(),
            batched: BTreeSet::new(),
            disposed: false,
            followers: Vec::new(),
            watchers: Vec::new(),
            calls: Vec::new(),
            runs: Runs::new(),
        }
    }

    /// The current version of a member, with all that has to be built for it.
    pub(crate) fn get(&mut self, at: usize) -> Result<u64, Failure> {
        self.build_fixed(at)?;
        self.refresh(at)
    }

    /// Whatever is fixed is built before whatever is live.
    fn build_fixed(&mut self, at: usize) -> Result<(), Failure> {
        // Rules 8 and 11: what is current needs nothing.
        if self.is_cached(at) {
            return Ok(());
        }
        let graph = self.graph.clone();
        for wire in graph.members[at].wires.iter().filter(|wire| wire.edge.is_hard()) {
            if let To::Member(below) = wire.to {
                self.build_fixed(below)?;
            }
        }
        if !graph.members[at].is_live() {
            let from = self.refresh_inputs(at)?;
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
        // Rule 27: it returns to what it was given.
        if let Some((serial, _)) = self.given.get(&(at, None)) {
            self.slots[at] = Slot { current: Some(*serial), stale: false };
            return Ok(*serial);
        }
        let from = self.refresh_inputs(at)?;
        // Rule 12: built from the same, it is the same.
        if let Some(old) = self.slots[at].current
            && self.is_built_from(at, old, &from)
        {
            self.slots[at].stale = false;
            return Ok(old);
        }
        self.run(at, from)
    }

    fn refresh_inputs(&mut self, at: usize) -> Result<Vec<u64>, Failure> {
        let (graph, mut from) = (self.graph.clone(), Vec::new());
        for (place, wire) in graph.members[at].wires.iter().enumerate() {
            match wire.to {
                _ if !wire.edge.is_hard() => {}
                To::Member(below) => from.push(self.refresh(below)?),
                To::Nothing => from.push(self.given[&(at, Some(place))].0),
            }
        }
        Ok(from)
    }

    fn is_built_from(&self, at: usize, old: u64, from: &[u64]) -> bool {
        let before = &self.versions[&old].from;
        let hard = self.graph.members[at].wires.iter().filter(|wire| wire.edge.is_hard());
        let mut reactive = hard.enumerate().filter(|(_, wire)| wire.edge == Edge::Reactive);
        // What was given was built from nothing.
        !before.is_empty()
            && reactive.all(|(at, wire)| {
                let (old, new) = (before[at], from[at]);
                let eq = matches!(wire.to, To::Member(to) if self.node(to).eq);
                old == new || eq && self.data(old) == self.data(new)
            })
    }

    pub(crate) fn node(&self, at: usize) -> &'static Node {
        self.graph.members[at].node()
    }

    pub(crate) fn data(&self, version: u64) -> i64 {
        self.versions[&version].data
    }

    /// The function of a member has to run now, over these inputs.
    fn run(&mut self, at: usize, from: Vec<u64>) -> Result<u64, Failure> {
        let (graph, node) = (self.graph.clone(), self.node(at));
        let mut data: Vec<i64> = from.iter().map(|input| self.data(*input)).collect();
        for wire in graph.members[at].wires.iter().filter(|wire| wire.reads) {
            let To::Member(to) = wire.to else { continue };
            data.push(self.get(to).map_or(NOTHING, |value| self.data(value)));
        }
        let run = self.runs.get_mut(&at).and_then(VecDeque::pop_front);
        let run = run.unwrap_or_else(|| panic!("`{}` was not run", node.name));
        if self.failing.contains(&at) {
            assert_eq!(run, None, "`{}` was to fail", node.name);
            return Err(at);
        }
        let built = run.unwrap_or_else(|| panic!("`{}` was not to fail", node.name));
        assert_eq!(built.data, graph.members[at].combine(&data), "the value of `{}`", node.name);
        assert_eq!(built.from, from, "the versions that `{}` was built from", node.name);
        let version = Version { data: built.data, from, has_cleanup: true };
        self.versions.insert(built.serial, version);
        let slot = self.slots[at];
        self.slots[at].stale = false;
        if let Some(old) = slot.current
            && node.eq
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

    /// A value is given to a mutable member. Whether that changes anything.
    pub(crate) fn put(&mut self, at: usize, serial: u64, data: i64) -> bool {
        let Node { eq, declared, .. } = *self.node(at);
        let version = Version { data, from: Vec::new(), has_cleanup: declared };
        self.versions.insert(serial, version);
        let current = self.slots[at].current.filter(|_| eq && self.is_cached(at));
        if current.is_some_and(|old| self.data(old) == data) {
            return false;
        }
        for above in self.graph.above(at) {
            self.slots[*above].stale = true;
        }
        self.slots[at] = Slot { current: Some(serial), stale: false };
        true
    }

    pub(crate) fn release(&mut self, at: usize) {
        let emptied = self.affected([at]);
        for at in &emptied {
            self.slots[*at] = Slot { current: None, stale: true };
        }
        self.tell(&emptied);
    }

    fn affected(&self, changed: impl IntoIterator<Item = usize>) -> BTreeSet<usize> {
        let mut affected = BTreeSet::new();
        for at in changed {
            affected.insert(at);
            affected.extend(self.graph.above(at));
        }
        affected
    }

    /// Rules 11 and 14: what happens once these changes have settled.
    pub(crate) fn settle(&mut self, changed: &[usize]) {
        let affected = self.affected(changed.iter().copied());
        for at in &affected {
            let is_followed = self.followers.iter().any(|follower| follower.at == *at);
            if self.node(*at).eager && self.slots[*at].current.is_some() && !is_followed {
                // One that fails stays as it is.
                let _ = self.get(*at);
            }
        }
        self.tell(&affected);
    }

    /// Whoever follows these looks whether they have changed.
    fn tell(&mut self, affected: &BTreeSet<usize>) {
        for watcher in self.watchers.iter_mut().filter(|watcher| affected.contains(&watcher.at)) {
            watcher.changed = true;
        }
        for follower in 0..self.followers.len() {
            let Follower { id, at, last } = self.followers[follower];
            if affected.contains(&at)
                && let Ok(now) = self.get(at)
                && last != Some(now)
            {
                self.followers[follower].last = Some(now);
                self.calls.push((id, now));
            }
        }
    }

    pub(crate) fn follow(&mut self, id: usize, at: usize) {
        let last = if self.disposed { None } else { self.get(at).ok() };
        self.followers.push(Follower { id, at, last });
    }

    pub(crate) fn watch(&mut self, at: usize) {
        let mut watcher = Watcher { at, seen: None, failed: None, changed: false };
        if !self.disposed {
            match self.get(at) {
                Ok(seen) => watcher.seen = Some(seen),
                Err(failed) => watcher.failed = Some(failed),
            }
        }
        self.watchers.push(watcher);
    }

    /// What a poll brings, if it is ready.
    pub(crate) fn poll(&mut self, watcher: usize) -> Option<Item> {
        if let Some(failed) = self.watchers[watcher].failed.take() {
            return Some(Some(Err(failed)));
        }
        if self.disposed {
            return Some(None);
        }
        if !std::mem::take(&mut self.watchers[watcher].changed) {
            return None;
        }
        let result = self.get(self.watchers[watcher].at);
        let before = std::mem::replace(&mut self.watchers[watcher].seen, result.ok());
        let is_new = result.is_err() || result.ok() != before;
        is_new.then_some(Some(result))
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

    /// Everything that the scope or somebody else holds.
    pub(crate) fn held(&self) -> BTreeSet<u64> {
        let roots = self.slots.iter().filter_map(|slot| slot.current).chain(self.holds.clone());
        roots.flat_map(|root| self.below(root)).collect()
    }

    /// There is no handle of the scope any more.
    pub(crate) fn forget_scope(&mut self) {
        self.slots.fill(Slot::default());
    }

    /// Rule 16: what nobody holds any more and still has cleanups; all of it, once disposed.
    pub(crate) fn close_what_is_free(&mut self) -> BTreeSet<u64> {
        let held = self.held();
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
