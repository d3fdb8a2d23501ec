//! What is done to a scope, and what the oracle is told of it.

use std::sync::{Arc, Mutex};

use pumped::error::ScopeError;
use pumped::prelude::*;

use super::graph::Member;
use super::pair::{Pair, to_its_end};
use super::recorder::Origin;
use super::single::Op;
use super::universe::{LiveNode, MutableNode};
use super::value::Value;

impl Pair {
    fn any(&self, raw: usize) -> Option<usize> {
        self.graph.pick(raw, |_| true)
    }

    /// Rather one of those that have much below them.
    fn high(&self, raw: usize) -> Option<usize> {
        Some(self.any(raw)?.max(self.any(raw / 29)?))
    }

    fn live(&self, raw: usize) -> Option<(usize, &'static LiveNode)> {
        let at = self.graph.pick(raw, Member::is_live)?;
        Some((at, self.graph.members[at].node().live.as_ref()?))
    }

    /// Does it, and checks everything.
    pub(crate) fn step(&mut self, op: &Op) {
        self.begin_step();
        self.perform(op);
        self.check();
    }

    fn perform(&mut self, op: &Op) {
        let of = |raw: usize, count: usize| raw.checked_rem(count);
        match *op {
            Op::Get(raw) => {
                if let Some(at) = self.graph.pick(raw, |member| member.node().get.is_some())
                    && let Some(get) = self.graph.members[at].node().get
                {
                    self.read(at, |pair| get(&pair.scope));
                }
            }
            Op::Read(raw) => {
                let Some(at) = self.any(raw) else { return };
                let read = (self.graph.members[at].node().get_async)(self.scope.clone());
                self.read(at, |_| to_its_end(read));
            }
            Op::Hold(raw) => {
                if let Some(at) = self.any(raw) {
                    self.hold(at);
                }
            }
            Op::LetGo(raw) => {
                if let Some(at) = of(raw, self.held.len()) {
                    drop(self.held.swap_remove(at));
                }
            }
            Op::SideBySide(ref raws) => {
                let all: Vec<usize> = raws.iter().filter_map(|raw| self.high(*raw)).collect();
                for at in all {
                    self.open(at);
                }
                self.finish();
            }
            Op::Begin(raw, polls) => {
                if let Some(at) = self.high(raw) {
                    let open = self.open(at);
                    self.go_on(open, polls);
                }
            }
            Op::GoOn(raw, polls) => {
                if let Some(open) = of(raw, self.open.len()) {
                    self.go_on(open, polls);
                }
            }
            Op::GiveUp(raw) => {
                if let Some(open) = of(raw, self.open.len()) {
                    self.give_up(open);
                }
            }
            Op::Halfway(raw, polls) => {
                let Some(at) = self.high(raw) else { return };
                let (open, before) = (self.open(at), self.open.len());
                self.go_on(open, polls);
                if self.open.len() == before {
                    self.give_up(open);
                }
            }
            Op::Drain => {
                to_its_end(self.scope.drain());
                self.step.has_drained = true;
            }
            _ => self.change(op),
        }
    }

    fn change(&mut self, op: &Op) {
        match *op {
            Op::Update(raw, data) => {
                let Some((at, node)) = self.mutable(raw) else { return };
                let value = self.value(at, data);
                let serial = value.serial();
                (node.update)(&self.scope, value).unwrap();
                self.put(at, serial);
            }
            Op::Batch(ref parts) => self.batch(parts),
            Op::Modify(raw, by) => {
                if let Some((at, node)) = self.mutable(raw) {
                    self.modify(at, node, by);
                }
            }
            Op::Release(raw) => {
                let Some((at, node)) = self.live(raw) else { return };
                (node.release)(&self.scope).unwrap();
                self.empty(at);
            }
            Op::Reload(raw) => {
                let Some((at, node)) = self.live(raw) else { return };
                self.empty(at);
                let now = self.now();
                self.oracle.moments.insert(now);
                let reload = (node.reload_async)(self.scope.clone());
                self.read(at, |_| to_its_end(reload).map_err(resolve_error));
            }
            Op::Fail(raw) => {
                if let Some(at) = self.any(raw) {
                    self.board.seen().failing.insert(at);
                }
            }
            Op::Mend => self.board.seen().failing.clear(),
            _ => unreachable!("{op:?} changes nothing"),
        }
    }

    /// A batch of updates, each member once: as if one came after the other.
    fn batch(&mut self, parts: &[(usize, i64)]) {
        let mut writes: Vec<(usize, &MutableNode, i64)> = Vec::new();
        for (raw, data) in parts {
            let Some((at, node)) = self.mutable(*raw) else { continue };
            if writes.iter().all(|(other, ..)| *other != at) {
                writes.push((at, node, *data));
            }
        }
        let mut given: Vec<(usize, u64, u64)> = Vec::new();
        let done = self.scope.batch(|batch| {
            writes.iter().try_for_each(|(at, node, data)| {
                let value = self.value(*at, *data);
                given.push((*at, value.serial(), self.now()));
                (node.update_in)(batch, value)
            })
        });
        done.unwrap();
        let now = self.now();
        for (at, serial, moment) in given {
            self.board.seen().now = moment;
            self.put(at, serial);
        }
        self.board.seen().now = now;
    }

    fn modify(&mut self, at: usize, node: &MutableNode, by: i64) {
        let told: Arc<Mutex<Option<(u64, u64)>>> = Arc::default();
        let (tells, board) = (told.clone(), self.board.clone());
        let change = Box::new(move |old: &Value| {
            let moment = {
                let mut seen = board.seen();
                seen.now += 1;
                seen.now
            };
            let data = (old.built.data + by) % 7;
            let value = board.given(Some(at), data, Origin::Given(moment));
            *tells.lock().unwrap() = Some((old.serial(), value.serial()));
            value
        });
        let reader = self.reader(at);
        self.step.has_polled = true;
        self.step.readers.push(reader.clone());
        let result = to_its_end((node.modify_async)(self.scope.clone(), change));
        let told = *told.lock().unwrap();
        match (result, told) {
            (Ok(()), Some((old, new))) => {
                let is_right = self.oracle.fits(&self.board.seen(), old, reader.since);
                assert!(is_right, "a modify starts from {old}");
                // Nothing but the value was awaited since it was current.
                self.shown[at] = (Some(old), true);
                if self.put(at, new) {
                    self.step.settled.extend(self.graph.above(at));
                }
                self.step.settled.insert(at);
            }
            (Err(error), None) => self.step.ended.push((reader, Err(resolve_error(error)))),
            (result, told) => panic!("{result:?}, and the change came to {told:?}"),
        }
    }
}

fn resolve_error(error: ScopeError) -> ResolveError {
    match error {
        ScopeError::Resolve(error) => error,
        error => panic!("{error}"),
    }
}
