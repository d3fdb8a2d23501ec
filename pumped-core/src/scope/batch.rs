//! Several changes in one step.
//!
//! The closure of a batch only records what is to be changed. The batch then takes
//! its turn at every source, in the order of their slots, so that two batches never
//! wait for each other; makes what is modified; and commits all of it under one lock.

use std::cell::RefCell;
use std::fmt;

use super::core::{Core, Locked, Target};
use super::drive;
use super::engine::Engine;
use super::follow;
use super::version;
use super::watched;
use crate::cleanup::{self, CleanupVec};
use crate::current::{self, AttemptKey, Frame, Role};
use crate::cycle;
use crate::error::{ResolveError, ScopeError};
use crate::executor::{CanBlock, CanUpdate, Executor};
use crate::extension::OperationKind;
use crate::maps::{HashMap, HashSet};
use crate::reclaim;
use crate::sorted::each_once;
use crate::sync::Arc;
use crate::value::{self, Handle};
use crate::walk::{Instead, check_blocking};

/// What [`Scope::batch`](crate::Scope::batch) hands to its closure: changes that are
/// made together when the closure has returned.
pub struct Batch<'s> {
    core: &'s Arc<Core>,
    changes: RefCell<Vec<(Target, Change)>>,
}

enum Change {
    Given(Handle),
    Modify(Modify),
}

/// Makes a new value of the one that the batch itself has given, or else of the current
/// one, and keeps that among what was read: should it panic, that goes after the turns.
type Modify =
    Box<dyn FnOnce(&Arc<Core>, Option<&Handle>, &mut Vec<Handle>) -> Result<Handle, ScopeError>>;

impl Batch<'_> {
    /// Will store a new value; see [`Scope::update`](crate::Scope::update).
    ///
    /// # Errors
    /// If the scope is disposed. What else may be wrong is found when the closure has
    /// returned.
    pub fn update<E: Executor>(&self, value: E::Output) -> Result<(), ScopeError>
    where
        E::Access: CanUpdate<E>,
    {
        self.record::<E>(|| Change::Given(Handle::given::<E>(value)))
    }

    /// Will replace the value by what `change` makes of it: of the value that the batch
    /// has given it before, or else of the current one. It is called after the closure
    /// of the batch has returned, while nobody else writes; so it owns what it uses.
    ///
    /// ```
    /// use pumped::prelude::*;
    ///
    /// #[executor(mutable)]
    /// fn debit() -> u32 { 10 }
    /// #[executor(mutable)]
    /// fn credit() -> u32 { 0 }
    ///
    /// let scope = Scope::new();
    /// let amount = 3;
    /// scope.batch(|b| {
    ///     b.modify::<debit>(move |now| now - amount)?;
    ///     b.modify::<credit>(move |now| now + amount)
    /// }).unwrap();
    /// assert_eq!(*scope.get::<debit>().unwrap() + *scope.get::<credit>().unwrap(), 10);
    /// ```
    ///
    /// # Errors
    /// As [`update`](Self::update).
    pub fn modify<E: Executor>(
        &self,
        change: impl FnOnce(&E::Output) -> E::Output + 'static,
    ) -> Result<(), ScopeError>
    where
        E::Access: CanUpdate<E>,
        E::Mode: CanBlock<E>,
    {
        const { check_blocking(E::NODE, Instead::Named("modify_async")) }
        let modify: Modify = Box::new(|core, given, read| {
            let now = match given {
                Some(given) => given.clone(),
                None => drive::get(core, E::NODE.get())?,
            };
            let address = now.as_raw();
            read.push(now);
            // SAFETY: it is kept, and `E` is the executor that was asked for, or given.
            let value = change(unsafe { value::value_of::<E::Output>(address).as_ref() });
            Ok(Handle::given::<E>(value))
        });
        self.record::<E>(|| Change::Modify(modify))
    }

    fn record<E: Executor>(&self, change: impl FnOnce() -> Change) -> Result<(), ScopeError> {
        if !self.core.lock().is_open_to_me(self.core) {
            return Err(ScopeError::Disposed);
        }
        let node = E::NODE.get();
        let record = || {
            self.changes.borrow_mut().push((self.core.target(node), change()));
            Ok(())
        };
        // Extensions see it when it is asked for: what they refuse ends the batch.
        watched::change(self.core, OperationKind::Update, node, record)
    }
}

impl fmt::Debug for Batch<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Batch")
    }
}

/// Asks `change` what is to be changed, and changes it.
pub(super) fn run<T, E: From<ScopeError>>(
    core: &Arc<Core>,
    change: impl FnOnce(&Batch<'_>) -> Result<T, E>,
) -> Result<T, E> {
    let batch = Batch { core, changes: RefCell::default() };
    let result = change(&batch)?;
    apply(core, batch.changes.into_inner())?;
    Ok(result)
}

/// A source and its new value.
struct Write {
    slot: u32,
    target: Target,
    new: Handle,
    /// Whether it was first made of the value from before the batch.
    is_modified: bool,
}

fn apply(core: &Arc<Core>, changes: Vec<(Target, Change)>) -> Result<(), ScopeError> {
    if changes.is_empty() {
        return Ok(());
    }
    // What is left over is dropped after the turns have ended, also when user code panics.
    let targets: Vec<Target> = changes.iter().map(|(target, _)| *target).collect();
    let (mut changes, mut made) = (changes.into_iter(), Vec::new());
    let (mut writes, mut left_over, mut read) = (Vec::new(), Vec::new(), Vec::new());
    let mut turns = Turns::take(core, &targets)?;
    make(&mut turns, &mut changes, &mut made, &mut left_over, &mut read)?;
    writes.extend(made.drain(..).flatten());
    turns.number(&writes, &left_over);
    turns.leave_out_equal(&mut writes, &mut left_over)?;
    let old = turns.engine.commit_all(&writes);
    let eager = std::mem::take(&mut turns.engine.eager);
    drop(turns);
    reclaim::deferred(|| drop((old, writes, left_over, read)));
    follow::settle(core, &each_once(&eager));
    Ok(())
}

/// Makes the new values: one for each source, in the order of their last changes; nothing
/// where one has been changed again.
fn make(
    turns: &mut Turns<'_>,
    changes: &mut std::vec::IntoIter<(Target, Change)>,
    made: &mut Vec<Option<Write>>,
    left_over: &mut Vec<Handle>,
    read: &mut Vec<Handle>,
) -> Result<(), ScopeError> {
    let mut places: HashMap<u32, usize> = HashMap::default();
    for (target, change) in changes {
        let core = turns.core;
        let slot = turns.engine.ensure_live(core, target);
        let before = places.insert(slot, made.len()).and_then(|at| made[at].take());
        let (given, mut is_modified) =
            before.map_or((None, false), |write| (Some(write.new), write.is_modified));
        left_over.extend(given.clone());
        let new = match change {
            Change::Given(new) => new,
            Change::Modify(modify) => {
                turns.engine.unlock();
                let frame = turns.frame(target);
                let inside = current::enter(&frame);
                let new = modify(core, given.as_ref(), read)?;
                drop(inside);
                turns.engine.relock();
                is_modified |= given.is_none();
                new
            }
        };
        made.push(Some(Write { slot, target, new, is_modified }));
    }
    Ok(())
}

/// The right to write several sources; see `commit::Turn`.
struct Turns<'c> {
    core: &'c Arc<Core>,
    engine: Locked<'c>,
    slots: Vec<u32>,
    ticket: u64,
}

impl<'c> Turns<'c> {
    fn take(core: &'c Arc<Core>, targets: &[Target]) -> Result<Self, ScopeError> {
        let mut engine = core.lock();
        if !engine.is_open_to_me(core) {
            return Err(ScopeError::Disposed);
        }
        let mut slots = Vec::new();
        for &target in targets {
            let slot = engine.ensure_live(core, target);
            if let Some(names) = engine.built_from(core, slot) {
                return Err(ScopeError::Cycle(ResolveError::cycle(names)));
            }
            slots.push(slot);
        }
        let ticket = engine.next_attempt();
        engine.running += 1;
        let mut turns = Self { core, engine, slots: Vec::new(), ticket };
        for slot in each_once(&slots) {
            turns.take_one(slot)?;
        }
        Ok(turns)
    }

    fn take_one(&mut self, slot: u32) -> Result<(), ScopeError> {
        let target = self.engine.live[slot as usize].target();
        self.slots.push(slot);
        self.engine.state(slot).rare().writers.push(self.ticket);
        // Whoever waits for one of the turns taken so far also waits for this one.
        let frame = self.frame(target);
        let _inside = current::enter(&frame);
        while let first = self.engine.state(slot).rare().writers[0]
            && first != self.ticket
        {
            let key = AttemptKey { core: Arc::as_ptr(self.core), attempt: first };
            let _waiting = cycle::wait_for(key, target.key).map_err(ScopeError::Cycle)?;
            self.engine.wait();
        }
        Ok(())
    }

    /// The frame in which the writer's own code runs.
    fn frame(&self, target: Target) -> Frame {
        Frame::new(Arc::as_ptr(self.core), self.ticket, target.key, Role::Write)
    }

    /// Numbers what was given, also what is not kept: what closes a value of its executor
    /// is declared.
    fn number(&mut self, writes: &[Write], left_over: &[Handle]) {
        for new in left_over.iter().chain(writes.iter().map(|write| &write.new)) {
            new.header().set_number(self.engine.next_number());
            // SAFETY: the handle keeps the value alive.
            unsafe { cleanup::attach(self.core, new.as_raw(), CleanupVec::default()) };
        }
    }

    /// Takes out the writes of `eq` executors that change nothing. One that comes after a
    /// change below it does: by that its value is no longer current.
    fn leave_out_equal(
        &mut self,
        writes: &mut Vec<Write>,
        left_over: &mut Vec<Handle>,
    ) -> Result<(), ScopeError> {
        let is_compared = |write: &Write| write.target.key.same.is_some();
        let Some(last_compared) = writes.iter().rposition(is_compared) else { return Ok(()) };
        let mut above_others: HashSet<u32> = HashSet::default();
        let mut left_out = Vec::new();
        for (at, write) in writes.iter().enumerate() {
            let state = self.engine.state(write.slot);
            let is_current = state.is_clean() && !above_others.contains(&write.slot);
            let current = if is_current { state.current() } else { None };
            if let (Some(old), Some(same)) = (current, write.target.key.same) {
                self.engine.unlock();
                let frame = self.frame(write.target);
                // SAFETY: both are held, and outputs of this executor.
                let equal =
                    unsafe { version::compare(&frame, old.as_raw(), write.new.as_raw(), same) };
                self.engine.relock();
                left_over.push(old);
                if equal? {
                    left_out.push(at);
                    continue;
                }
            }
            if at < last_compared {
                self.engine.add_above(write.slot, &mut above_others);
            }
        }
        let (mut places, mut left_out) = (0.., left_out.into_iter().peekable());
        let equal = writes
            .extract_if(.., |_| places.next().is_some_and(|at| left_out.next_if_eq(&at).is_some()));
        left_over.extend(equal.map(|write| write.new));
        Ok(())
    }
}

impl Drop for Turns<'_> {
    fn drop(&mut self) {
        if !self.engine.is_locked() {
            self.engine.relock();
        }
        self.engine.running -= 1;
        let ticket = self.ticket;
        for slot in std::mem::take(&mut self.slots) {
            self.engine.state(slot).rare().writers.retain(|other| *other != ticket);
        }
        self.core.notify();
    }
}

impl Engine {
    /// Adds what is built from `slot`, at any distance, to what is there.
    fn add_above(&self, slot: u32, found: &mut HashSet<u32>) {
        let mut stack = vec![slot];
        while let Some(from) = stack.pop() {
            let dependents = self.live[from as usize].dependents.iter().map(|above| above.number);
            stack.extend(dependents.filter(|above| found.insert(*above)));
        }
    }

    /// Makes all the new values current, and everything above them stale. Returns what
    /// they replace.
    ///
    /// Everything is marked before the first value is shown, and the sources are clean
    /// only after the last: a reader without the lock who meets one of them meets no
    /// value from before any other.
    fn commit_all(&mut self, writes: &[Write]) -> Vec<Handle> {
        if writes.is_empty() {
            return Vec::new();
        }
        self.revision += 1;
        // What changed below a derived value after `modify` had read it comes after.
        let late = |write: &Write| write.is_modified && !self.live[write.slot as usize].is_clean();
        let stay_stale: Vec<bool> = writes.iter().map(late).collect();
        for write in writes {
            self.state(write.slot).slot.marks.set_stale();
        }
        for write in writes {
            self.mark_above(write.slot);
        }
        if !self.owed.is_empty() {
            self.collect_owed(writes.iter().map(|write| write.slot).collect());
        }
        let mut replaced = Vec::new();
        for (write, stays) in writes.iter().zip(&stay_stale) {
            // As if one came after the other: a later one makes an earlier one above it stale.
            self.mark_above(write.slot);
            let state = self.state(write.slot);
            replaced.extend(state.show(Some(write.new.clone())));
            if !stays {
                state.slot.marks.set_written();
                self.untouch_below(write.slot);
            }
        }
        for (write, stays) in writes.iter().zip(&stay_stale) {
            let marks = &self.state(write.slot).slot.marks;
            if !stays && !marks.is_passed() {
                marks.set_clean();
            }
        }
        replaced
    }
}
