//! Changing live values: update, modify, release.
//!
//! Writers of one source take turns. A commit is one step under the lock: mark
//! everything above as stale, count the commit, swap the value in. A source's own
//! `stale` is set before and cleared after the swap, so that a reader without the
//! lock sees all of it or nothing.

use super::core::{Core, Locked, Target};
use super::drive;
use super::engine::Engine;
use super::follow;
use super::live::{AttemptPhase, LiveState};
use super::version;
use crate::cleanup::{self, CleanupVec};
use crate::current::{self, AttemptKey, Frame, Role};
use crate::cycle;
use crate::error::{ResolveError, ScopeError};
use crate::executor::Executor;
use crate::sync::Arc;
use crate::value::{self, Handle, Spares};

/// Stores `value` as the value of `E`.
pub(crate) fn update<E: Executor>(core: &Arc<Core>, value: E::Output) -> Result<(), ScopeError> {
    let mut value = Some(value);
    set(core, core.target(E::NODE.get()), &mut |spares| {
        Handle::given_in::<E>(value.take().expect("made once"), spares)
    })
}

/// Stores what `new` makes, in memory that may be spare.
fn set(
    core: &Arc<Core>,
    target: Target,
    new: &mut dyn FnMut(&mut Spares) -> Handle,
) -> Result<(), ScopeError> {
    let noted = {
        let mut turn = Turn::new(core);
        // To compare the values, the lock is let go of.
        turn.begin(target, target.key.same.is_some())?;
        let new = new(&mut turn.engine.spares);
        turn.put(target, new, None)?
    };
    if !noted.is_empty() {
        follow::settle(core, &noted);
    }
    Ok(())
}

/// Replaces the value of `E` by what `change` makes of it; nobody writes in between.
pub(crate) fn modify<E: Executor>(
    core: &Arc<Core>,
    change: impl FnOnce(&E::Output) -> E::Output,
) -> Result<(), ScopeError> {
    let target = core.target(E::NODE.get());
    let mut turn = Turn::new(core);
    turn.begin(target, true)?;
    turn.engine.unlock();
    let frame = turn.frame(target);
    let inside = current::enter(&frame);
    let now = drive::get(core, E::NODE.get())?;
    drop(inside);
    turn.replace::<E>(target, now, change)
}

/// As [`modify`], if the value is there and current; whether it was.
pub(crate) fn modify_if_current<E: Executor>(
    core: &Arc<Core>,
    change: &mut Option<impl FnOnce(&E::Output) -> E::Output>,
) -> Result<bool, ScopeError> {
    let target = core.target(E::NODE.get());
    let mut turn = Turn::new(core);
    turn.begin(target, true)?;
    let slot = turn.slot;
    let state = turn.engine.state(slot);
    let current = if state.is_clean() { state.current() } else { None };
    // The change is for a later turn then.
    let Some(now) = current else { return Ok(false) };
    turn.engine.unlock();
    let Some(change) = change.take() else { return Ok(false) };
    turn.replace::<E>(target, now, change).map(|()| true)
}

/// Drops the value of a live executor, and of everything built from it.
pub(crate) fn release(core: &Arc<Core>, target: Target) -> Result<(), ScopeError> {
    let followed = {
        let mut turn = Turn::new(core);
        turn.begin(target, false)?;
        let slot = turn.slot;
        turn.engine.revision += 1;
        turn.engine.empty(slot);
        std::mem::take(&mut turn.engine.eager)
    };
    follow::settle(core, &followed);
    Ok(())
}

/// The right to write a source, from its ticket to the next one's. The engine is
/// locked, except while the writer's own code runs.
struct Turn<'c> {
    core: &'c Arc<Core>,
    engine: Locked<'c>,
    slot: u32,
    /// None for a turn that begins and ends under one lock: nobody can meet it.
    ticket: Option<u64>,
}

impl<'c> Turn<'c> {
    /// Locks the engine: a turn that has yet to begin. It is made where it stays, because
    /// moving it costs more than most of what follows.
    #[inline]
    fn new(core: &'c Arc<Core>) -> Self {
        Self { core, engine: core.lock(), slot: u32::MAX, ticket: None }
    }

    /// Begins it: with a ticket if the writer `lets_go` of the lock, or others write, or wait
    /// for their turn.
    fn begin(&mut self, target: Target, lets_go: bool) -> Result<(), ScopeError> {
        let engine = &mut *self.engine;
        if !engine.is_open_to_me(self.core) {
            return Err(ScopeError::Disposed);
        }
        self.slot = engine.ensure_live(self.core, target);
        if current::is_anywhere()
            && let Some(names) = engine.built_from(self.core, self.slot)
        {
            return Err(ScopeError::Cycle(ResolveError::cycle(names)));
        }
        if lets_go || self.is_contended() { self.queue(target) } else { Ok(()) }
    }

    /// Whether others write, or wait for their turn.
    #[inline]
    fn is_contended(&self) -> bool {
        let rare = self.engine.live[self.slot as usize].rare.as_ref();
        rare.is_some_and(|rare| !rare.writers.is_empty())
    }

    /// Takes a ticket, and waits until it is the first.
    fn queue(&mut self, target: Target) -> Result<(), ScopeError> {
        let ticket = self.engine.next_attempt();
        self.ticket = Some(ticket);
        self.engine.running += 1;
        let slot = self.slot;
        self.engine.state(slot).rare().writers.push(ticket);
        while let first = self.engine.state(slot).rare().writers[0]
            && first != ticket
        {
            // Whoever writes now may be waiting for this thread.
            let key = AttemptKey { core: Arc::as_ptr(self.core), attempt: first };
            let _waiting = cycle::wait_for(key, target.key).map_err(ScopeError::Cycle)?;
            self.engine.wait();
        }
        Ok(())
    }

    /// The frame in which the writer's own code runs.
    fn frame(&self, target: Target) -> Frame {
        let ticket = self.ticket.expect("a writer whose code runs has a ticket");
        Frame::new(Arc::as_ptr(self.core), ticket, target.key, Role::Write)
    }

    /// Makes of `now` what `change` says. The engine is not locked before.
    fn replace<E: Executor>(
        self,
        target: Target,
        now: Handle,
        change: impl FnOnce(&E::Output) -> E::Output,
    ) -> Result<(), ScopeError> {
        // Should `change` panic, the turn ends before `now` goes: locals go first.
        let mut turn = self;
        let frame = turn.frame(target);
        let inside = current::enter(&frame);
        // SAFETY: the handle keeps the value alive, and `E` is the executor that was asked for.
        let value = change(unsafe { value::value_of::<E::Output>(now.as_raw()).as_ref() });
        drop(inside);
        turn.engine.relock();
        let new = Handle::given_in::<E>(value, &mut turn.engine.spares);
        let (core, noted) = (turn.core, turn.put(target, new, Some(now))?);
        drop(turn);
        follow::settle(core, &noted);
        Ok(())
    }

    /// Commits `new`, unless the executor is `eq` and it equals the current value.
    /// `seen` is the value that `new` was made from. Returns who is to be told once the turn
    /// is over.
    fn put(
        &mut self,
        target: Target,
        new: Handle,
        seen: Option<Handle>,
    ) -> Result<Vec<u32>, ScopeError> {
        let number = self.engine.next_number();
        new.header().set_number(number);
        // SAFETY: the handle keeps the value alive. What closes a value of this
        // executor is declared, so it also closes one that was given here.
        unsafe { cleanup::attach(self.core, new.as_raw(), CleanupVec::default()) };
        let state = self.engine.state(self.slot);
        let current = if state.is_clean() { state.current_if_compared() } else { None };
        if let (Some(old), Some(same)) = (current, target.key.same) {
            self.engine.unlock();
            let frame = self.frame(target);
            // SAFETY: both are held, and outputs of this executor.
            let equal = unsafe { version::compare(&frame, old.as_raw(), new.as_raw(), same) };
            self.engine.relock();
            // What is not kept is dropped after the turn has ended.
            self.engine.garbage.push(old);
            if !matches!(equal, Ok(false)) {
                self.engine.garbage.push(new);
                self.engine.garbage.extend(seen);
                return Ok(equal.map(|_| Vec::new())?);
            }
        }
        // What changed below a derived value after `modify` had read it comes after.
        let outdated = seen.is_some() && !self.engine.state(self.slot).is_clean();
        let old = self.engine.commit(self.slot, new, outdated);
        if let Some(old) = old {
            self.engine.retire(old);
        }
        if let Some(seen) = seen {
            self.engine.retire(seen);
        }
        Ok(std::mem::take(&mut self.engine.eager))
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        if !self.engine.is_locked() {
            self.engine.relock();
        }
        if let Some(ticket) = self.ticket {
            self.engine.running -= 1;
            self.engine.state(self.slot).rare().writers.retain(|other| *other != ticket);
        }
        self.core.notify();
    }
}

impl Engine {
    /// Makes `new` the version of `slot`, and everything above it stale.
    /// `outdated` leaves the slot itself stale, too. Returns what it replaced.
    fn commit(&mut self, slot: u32, new: Handle, outdated: bool) -> Option<Handle> {
        self.revision += 1;
        self.state(slot).slot.marks.set_stale();
        self.mark_above(slot);
        if !self.owed.is_empty() {
            self.collect_owed(vec![slot]);
        }
        let state = self.state(slot);
        let old = state.show(Some(new));
        if !outdated {
            state.slot.marks.set_clean();
            self.untouch_below(slot);
        }
        old
    }

    /// Eager slots above these whose last rebuild has failed, if there are any such at all: the
    /// walk that marks has passed by some of them.
    #[cold]
    pub(super) fn collect_owed(&mut self, slots: Vec<u32>) {
        for noted in &self.eager {
            self.owed.remove(noted);
        }
        for slot in self.reached_from(slots) {
            if self.owed.remove(&slot) {
                self.eager.push(slot);
            }
        }
    }

    /// Marks everything that is built from `slot`, at any distance. What is
    /// touched already has been passed by, and so has everything above it.
    pub(super) fn mark_above(&mut self, slot: u32) {
        let Self { live, eager, scratch: stack, .. } = self;
        if live[slot as usize].is_followed() {
            eager.push(slot);
        }
        let mut next = Some(slot);
        while let Some(from) = next {
            for above in live[from as usize].dependents.iter() {
                if above.marks.pass_end() {
                    continue;
                }
                if let Some(passed) = above.marks.pass() {
                    stack.push(above.number);
                    if passed.is_noted() {
                        eager.push(above.number);
                    }
                }
            }
            next = stack.pop();
        }
    }

    /// A derived value that was given is clean above what is stale: the next change
    /// there has to come by again.
    pub(super) fn untouch_below(&mut self, slot: u32) {
        let Self { live, scratch: stack, .. } = self;
        let mut next = Some(slot);
        while let Some(from) = next {
            for input in live[from as usize].inputs {
                if input.reactive && input.slot.marks.take_touched() {
                    stack.push(input.slot.number);
                }
            }
            next = stack.pop();
        }
    }

    /// Takes out the versions of `slot` and of everything that is built from it,
    /// touched or not.
    fn empty(&mut self, slot: u32) {
        for slot in self.reached_from(vec![slot]) {
            let state = self.state(slot);
            state.slot.marks.set_touched();
            let old = state.show(None);
            if state.is_followed() {
                self.eager.push(slot);
            }
            self.garbage.extend(old);
        }
    }

    /// What was found and everything that is built from that, at any distance, each once. These
    /// are those visited in this epoch.
    fn reached_from(&mut self, mut found: Vec<u32>) -> Vec<u32> {
        self.epoch += 1;
        let epoch = self.epoch;
        for slot in &found {
            self.live[*slot as usize].visited = epoch;
        }
        let mut next = 0;
        while let Some(&from) = found.get(next) {
            next += 1;
            for at in 0..self.live[from as usize].dependents.len() {
                let above = self.live[from as usize].dependents[at].number;
                let state = self.state(above);
                if state.visited != epoch {
                    state.visited = epoch;
                    found.push(above);
                }
            }
        }
        found
    }

    /// The path from a build of this thread down to `slot`, if there is one: what
    /// it changes there would make it stale again, for ever.
    pub(super) fn built_from(&mut self, core: &Core, slot: u32) -> Option<Vec<&'static str>> {
        let mut mine: Vec<u64> = Vec::new();
        current::find(|frame| {
            if frame.is_attempt() && std::ptr::eq(frame.core(), core) {
                mine.push(frame.key().attempt);
            }
            None::<()>
        });
        if mine.is_empty() {
            return None;
        }
        self.epoch += 1;
        let epoch = self.epoch;
        self.state(slot).visited = epoch;
        // Slots to look at, and who led there.
        let mut way: Vec<(u32, usize)> = vec![(slot, 0)];
        let mut at = 0;
        while at < way.len() {
            let state = &self.live[way[at].0 as usize];
            let running = state.phase == AttemptPhase::Running;
            if running && mine.contains(&state.attempt.number) {
                let mut names = vec![state.key.name()];
                while at != 0 {
                    at = way[at].1;
                    names.push(self.live[way[at].0 as usize].key.name());
                }
                return Some(names);
            }
            for next in 0..state.dependents.len() {
                let above = self.live[way[at].0 as usize].dependents[next].number;
                let state = self.state(above);
                if state.visited != epoch {
                    state.visited = epoch;
                    way.push((above, at));
                }
            }
            at += 1;
        }
        None
    }
}

impl LiveState {
    fn is_followed(&self) -> bool {
        self.rare.as_ref().is_some_and(|rare| !rare.followers.is_empty())
    }
}
