//! Planning: who has to be rebuilt for a read, all of it under one lock.
//!
//! A plan walks the stale slots below what was asked for, pins the current
//! version of everything that is clean, and gives each stale slot an attempt. It
//! is one step against commits, so whatever is built from it was current
//! together. An attempt in flight that something has changed under is in the way:
//! nothing is planned then, and the caller waits for it.

use super::engine::{Engine, Outcome};
use super::live::{AttemptPhase, Input, LiveState};
use crate::error::ResolveError;
use crate::short::Short;
use crate::value::Handle;

/// What a reader gets for one of the slots that it asked for.
pub(crate) enum Share {
    /// It was clean.
    Pinned(Handle),
    /// The number under which it asked the attempt in flight on the slot.
    Asked { slot: u32, asked: usize },
}

/// Why nothing could be planned.
pub(crate) enum Obstacle {
    /// The attempt in flight on this slot: something has changed under it.
    Outdated(u32),
    /// The fixed values below this slot are not built.
    Unprepared(u32),
}

impl LiveState {
    pub(crate) fn is_clean(&self) -> bool {
        !self.slot.marks.is_stale()
    }

    fn is_in_flight(&self) -> bool {
        self.phase != AttemptPhase::Idle
    }

    /// Whether the attempt in flight will be the slot's next version, as far as is known.
    fn can_be_joined(&self) -> bool {
        self.is_in_flight() && !self.slot.marks.is_outdated()
    }
}

impl Engine {
    /// A share of each slot, all current together. `since` is the revision at
    /// which a reader of a single slot began: it may also join an attempt that
    /// was planned later, whatever has changed meanwhile.
    pub(crate) fn plan(
        &mut self,
        targets: &[u32],
        since: u64,
    ) -> Result<Short<Share, 2>, Obstacle> {
        if let [target] = *targets {
            let state = &self.live[target as usize];
            let joinable = state.phase != AttemptPhase::Idle
                && state.attempt.revision >= since
                && !state.abandoned;
            if joinable && !state.is_clean() {
                return Ok(Short::from_iter([self.ask(target)]));
            }
        }
        let order = self.stale_below(targets)?;
        for slot in order {
            self.plan_slot(slot);
        }
        Ok(targets.iter().map(|&target| self.share(target)).collect())
    }

    fn share(&mut self, slot: u32) -> Share {
        let state = &self.live[slot as usize];
        if state.is_clean() {
            let current = state.current();
            Share::Pinned(current.expect("a clean slot has a version"))
        } else {
            self.ask(slot)
        }
    }

    /// As [`ask`](Self::ask), if there still is one.
    pub(crate) fn ask_if_in_flight(&mut self, slot: u32) -> Option<Share> {
        self.live[slot as usize].is_in_flight().then(|| self.ask(slot))
    }

    /// Asks for the result of the attempt in flight.
    pub(crate) fn ask(&mut self, slot: u32) -> Share {
        let asked = self.asked.insert(None);
        self.state(slot).lists().asked.push(asked);
        Share::Asked { slot, asked }
    }

    /// The slots that need an attempt, inputs before what is built from them.
    /// Changes nothing but the marks of its own visit.
    fn stale_below(&mut self, targets: &[u32]) -> Result<Short<u32, 8>, Obstacle> {
        self.epoch += 1;
        let epoch = self.epoch;
        let mut order = Short::new();
        let mut stack: Short<(u32, usize), 8> = Short::new();
        for &target in targets {
            self.visit(target, epoch, &mut stack)?;
            while let Some((slot, next)) = stack.last_mut() {
                let slot = *slot;
                let input = self.live[slot as usize].inputs.get(*next);
                *next += 1;
                if let Some(input) = input {
                    self.visit(input.slot.number, epoch, &mut stack)?;
                } else {
                    order.push(slot);
                    stack.pop();
                }
            }
        }
        Ok(order)
    }

    /// Puts `slot` on the stack if it needs an attempt of its own.
    fn visit(
        &mut self,
        slot: u32,
        epoch: u64,
        stack: &mut Short<(u32, usize), 8>,
    ) -> Result<(), Obstacle> {
        let state = self.state(slot);
        if state.is_clean() || state.visited == epoch || state.can_be_joined() {
            return Ok(());
        }
        if state.is_in_flight() {
            return Err(Obstacle::Outdated(slot));
        }
        if !state.prepared {
            return Err(Obstacle::Unprepared(slot));
        }
        state.visited = epoch;
        // A preset value needs nothing below it.
        let first = if state.preset().is_some() { state.inputs.len() } else { 0 };
        stack.push((slot, first));
        Ok(())
    }

    /// Gives `slot` an attempt. What it is built from is clean or in flight.
    fn plan_slot(&mut self, slot: u32) {
        let number = self.next_attempt();
        let revision = self.revision;
        let mut inputs: Short<Input, 4> = Short::new();
        for (at, input) in self.live[slot as usize].inputs.iter().enumerate() {
            let below = self.state(input.slot.number);
            inputs.push(if below.is_clean() {
                Input::Pinned(below.current().expect("a clean slot has a version"))
            } else {
                let at = u16::try_from(at).expect("fewer inputs than parameters");
                below.lists().parents.push((slot, at));
                Input::Pending
            });
        }
        let state = self.state(slot);
        state.begin(AttemptPhase::Planned, number, revision);
        state.lists().inputs = inputs;
    }

    /// Ends the attempt in flight on `slot`: publishes its result, unless the slot
    /// was touched meanwhile, and hands it to everybody who waits for it.
    pub(crate) fn settle(&mut self, slot: u32, result: Result<Handle, ResolveError>) {
        let mut next = Some((slot, result));
        // Those above that fail with it.
        let mut failed: Vec<(u32, ResolveError)> = Vec::new();
        while let Some((slot, result)) = next {
            let state = &mut self.live[slot as usize];
            let attempt = state.take_attempt();
            match &result {
                Ok(_) if state.slot.marks.is_outdated() => {}
                Ok(value) => {
                    if state.version() != Some(value.as_raw()) {
                        let old = state.show(Some(value.clone()));
                        self.garbage.extend(old);
                    }
                    state.slot.marks.set_fresh();
                }
                // It stays stale; a change below comes by again, and marks it.
                Err(_) => {}
            }
            let mut lists = attempt.lists;
            for asked in lists.iter_mut().flat_map(|lists| lists.asked.drain(..)) {
                self.asked[asked] = Some(match &result {
                    Ok(value) => Outcome::Value(value.clone()),
                    Err(error) => Outcome::Failed(error.clone()),
                });
            }
            for (parent, at) in lists.iter_mut().flat_map(|lists| lists.parents.drain(..)) {
                let state = &mut self.live[parent as usize];
                match &result {
                    Ok(value) => {
                        let inputs = &mut state.lists().inputs;
                        inputs[usize::from(at)] = Input::Pinned(value.clone());
                    }
                    Err(error) if state.phase == AttemptPhase::Planned => {
                        let error = error.through(state.builder);
                        // Taken as ended, so that a second failing input ends it no more.
                        state.phase = AttemptPhase::Running;
                        failed.push((parent, error));
                    }
                    Err(_) => {}
                }
            }
            if let Some(mut lists) = lists {
                self.garbage.extend(lists.replaced.take());
                self.let_go(slot, std::mem::take(&mut lists.inputs));
                // For the next one.
                self.live[slot as usize].attempt.lists.get_or_insert(lists);
            }
            match result {
                Ok(value) => self.garbage.push(value),
                Err(error) => self.failed.push(error),
            }
            next = failed.pop().map(|(slot, error)| (slot, Err(error)));
        }
    }

    /// Drops the inputs of an attempt that has ended, and with them the plans that
    /// were made for it alone and that nobody has started.
    fn let_go(&mut self, slot: u32, inputs: Short<Input, 4>) {
        let mut next = Some((slot, inputs));
        let mut withdrawn: Vec<(u32, Short<Input, 4>)> = Vec::new();
        while let Some((slot, inputs)) = next {
            for (at, input) in inputs.into_iter().enumerate() {
                if let Input::Pinned(value) = input {
                    self.garbage.push(value);
                    continue;
                }
                let below = self.live[slot as usize].inputs[at].slot.number;
                let parents = &mut self.state(below).lists().parents;
                parents.retain(|(parent, by)| (*parent, usize::from(*by)) != (slot, at));
                withdrawn.extend(self.withdraw(below).map(|inputs| (below, inputs)));
            }
            next = withdrawn.pop();
        }
    }

    /// Takes back the plan for `slot`, if nobody wants it and nobody has started it. An
    /// async build that nobody wants any more is abandoned.
    fn withdraw(&mut self, slot: u32) -> Option<Short<Input, 4>> {
        let state = self.state(slot);
        if state.phase == AttemptPhase::Planned && !state.attempt.is_wanted() {
            return Some(state.take_attempt().take_inputs());
        }
        self.abandon_if_unwanted(slot);
        None
    }

    /// Abandons the async build of `slot`, if nobody wants it.
    pub(super) fn abandon_if_unwanted(&mut self, slot: u32) {
        let state = &self.live[slot as usize];
        if state.phase == AttemptPhase::Running
            && !state.abandoned
            && !state.attempt.is_wanted()
            && let Some(task) = self.task(state.attempt.number)
        {
            // So that nobody joins what is about to be dropped.
            let state = self.state(slot);
            state.abandoned = true;
            state.slot.marks.set_outdated();
            self.abandoned.push(task);
        }
    }

    /// No longer waits for a share.
    pub(crate) fn give_up(&mut self, share: Share) {
        match share {
            Share::Pinned(value) => self.garbage.push(value),
            Share::Asked { slot, asked } => {
                match self.asked.remove(asked) {
                    Some(Outcome::Value(value)) => self.garbage.push(value),
                    Some(Outcome::Failed(error)) => self.failed.push(error),
                    Some(Outcome::Ready) | None => {}
                }
                let Some(state) = self.live.get_mut(slot as usize) else { return };
                if let Some(lists) = &mut state.attempt.lists {
                    lists.asked.retain(|other| *other != asked);
                }
                if let Some(inputs) = self.withdraw(slot) {
                    self.let_go(slot, inputs);
                }
            }
        }
    }
}
