//! What a scope and its model must agree on after each operation.

use super::graph::To;
use super::pair::Pair;
use super::single::Op;

impl Pair {
    /// Compares everything that can be seen.
    pub(crate) fn check(&mut self, op: &Op) {
        let left: Vec<_> = self.recorder.seen().runs.keys().copied().collect();
        let more = self.model.runs.iter().filter(|(_, runs)| !runs.is_empty());
        let more: Vec<_> = more.map(|(at, _)| *at).chain(left).collect();
        let more: Vec<_> = more.iter().map(|at| self.model.node(*at).name).collect();
        assert!(more.is_empty(), "run without need: {more:?}");
        for at in 0..self.graph.len() {
            let (slot, node) = (self.model.slots[at], self.model.node(at));
            let peeked = node.peeked(&self.scope);
            let (current, cached) = if self.model.disposed {
                (None, false)
            } else {
                (slot.current, self.model.is_cached(at))
            };
            assert_eq!(peeked, current, "peek of `{}`", node.name);
            assert_eq!((node.is_cached)(&self.scope), cached, "is_cached of `{}`", node.name);
        }
        self.check_held();
        self.check_calls();
        self.check_cleanups(op);
        self.check_drops();
        let faults = std::mem::take(&mut self.recorder.seen().faults);
        assert!(faults.is_empty(), "{faults:?}");
    }

    fn check_held(&self) {
        for (held, serial) in self.held.iter().zip(&self.model.holds) {
            let seen = (held.built.serial, held.built.data);
            assert_eq!(seen, (*serial, self.model.data(*serial)), "a held value");
        }
    }

    /// Rules 11 and 12: followers hear of each change once, and of nothing else.
    fn check_calls(&mut self) {
        let mut calls = std::mem::take(&mut self.recorder.seen().calls);
        let mut expected = std::mem::take(&mut self.model.calls);
        calls.sort_unstable();
        expected.sort_unstable();
        assert_eq!(calls, expected, "the calls of followers");
    }

    /// Rules 16 and 17: which cleanups ran, each once, and in which order.
    fn check_cleanups(&mut self, op: &Op) {
        let closed = std::mem::take(&mut self.recorder.seen().closed);
        let expected = self.model.close_what_is_free();
        let mut sorted = closed.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, expected.into_iter().collect::<Vec<_>>(), "the cleanups that ran");
        for (at, above) in closed.iter().enumerate() {
            let below = self.model.below(*above);
            let earlier = closed[..at].iter().find(|earlier| below.contains(earlier));
            assert_eq!(earlier, None, "was closed before {above}: {closed:?}");
        }
        // What a batch is given is numbered when all of it is there.
        let alone = closed.iter().filter(|serial| !self.model.batched.contains(serial));
        let newest_first = alone.is_sorted_by(|one, other| one > other);
        match op {
            // All of it became free at once, and values are numbered in the order of building.
            Op::LetGo(_) | Op::Release(_) | Op::Update(..) if !self.ran => {
                assert!(newest_first, "{closed:?}");
            }
            Op::Dispose => self.check_soft_edges(&closed),
            _ => {}
        }
    }

    /// Rules 16 and 19: nothing goes that somebody holds, or before what is built from it.
    fn check_drops(&self) {
        let dropped = std::mem::take(&mut self.recorder.seen().dropped);
        let held = self.model.held();
        let mut gone = std::collections::BTreeSet::new();
        for serial in dropped {
            assert!(!held.contains(&serial), "{serial} was dropped, and is held");
            // What a failed batch was given is no version.
            if self.model.versions.contains_key(&serial) {
                let below = self.model.below(serial);
                assert!(below.is_disjoint(&gone), "{serial} was dropped after {below:?}");
            }
            gone.insert(serial);
        }
    }

    /// Lazy handles and controllers bind the order of what they can reach, where they close
    /// no cycle.
    fn check_soft_edges(&self, closed: &[u64]) {
        let place = |at: usize| {
            let current = self.model.slots[at].current?;
            closed.iter().position(|serial| *serial == current)
        };
        for (above, member) in self.graph.members.iter().enumerate() {
            for wire in member.wires.iter().filter(|wire| !wire.edge.is_hard()) {
                let To::Member(below) = wire.to else { continue };
                if self.graph.closure([below], |_| true).contains(&above) {
                    continue;
                }
                if let (Some(first), Some(second)) = (place(above), place(below)) {
                    let (above, below) = (self.model.node(above).name, self.model.node(below).name);
                    assert!(first < second, "`{below}` before `{above}`: {closed:?}");
                }
            }
        }
    }

    /// The end of it: everything is closed once and dropped.
    pub(crate) fn end(mut self) {
        self.followers.clear();
        self.watchers.clear();
        // Another handle takes its place, of a scope that has nothing.
        drop(std::mem::take(&mut self.scope));
        self.model.disposed = true;
        let mut closed = std::mem::take(&mut self.recorder.seen().closed);
        closed.sort_unstable();
        let expected: Vec<_> = self.model.close_what_is_free().into_iter().collect();
        assert_eq!(closed, expected, "at the end");
        // What is held outlives its scope, with all that it was built from.
        self.model.forget_scope();
        self.check_held();
        self.check_drops();
        self.model.holds.clear();
        self.held.clear();
        self.check_drops();
        assert!(self.recorder.seen().closed.is_empty(), "cleaned up twice");
        assert_eq!(self.board.holders(), 1, "values are left");
    }
}
