//! Building one version of a live value: from inputs that are all there, outside of the
//! lock, and compared with the one before. Who builds it when is for `drive`, `lone` and
//! `task` to say.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr::NonNull;

use super::core::{Core, Locked};
use super::engine::Engine;
use super::fixed::{self, Claim};
use super::live::{LiveInput, LiveState};
use crate::cleanup::{self, CleanupVec, discard};
use crate::current::{self, Frame, Role};
use crate::error::ResolveError;
use crate::node::Node;
use crate::sync::Arc;
use crate::value::{self, Handle, Inputs, Raw, Spares};

/// Builds what the running attempt on `slot` is to bring, from these inputs: the old
/// version, if it was built from just them.
pub(super) fn build<'c>(
    core: &'c Arc<Core>,
    engine: &mut Locked<'c>,
    slot: u32,
    inputs: &mut Inputs,
) -> Result<Handle, ResolveError> {
    let state = &engine.live[slot as usize];
    let (node, attempt) = (state.builder, state.attempt.number);
    match begin(core, engine, slot, inputs) {
        Begun::Unchanged(old) => Ok(old),
        Begun::Room { room, old } => {
            let built = fixed::run(core, node, attempt, room, &[]);
            end(core, engine, slot, Claim { index: slot, attempt, room }, old, built)
        }
    }
}

/// How the build of a slot begins.
pub(super) enum Begun {
    /// It would come to the version that is there.
    Unchanged(Handle),
    /// The engine is unlocked, and [`end`] is to be called with what comes into the room.
    Room { room: Raw, old: Option<Before> },
}

/// The version that a new one is compared with.
pub(super) struct Before {
    version: Handle,
    key: &'static Node,
}

/// Begins what [`build`] does.
pub(super) fn begin<'c>(
    core: &'c Arc<Core>,
    engine: &mut Locked<'c>,
    slot: u32,
    inputs: &mut Inputs,
) -> Begun {
    engine.running += 1;
    if let Some(old) = unchanged(core, engine, slot, inputs) {
        engine.garbage.extend(inputs.drain());
        engine.running -= 1;
        return Begun::Unchanged(old);
    }
    let Engine { live, spares, .. } = &mut **engine;
    let memory = live[slot as usize].memory_in(spares);
    let state = &engine.live[slot as usize];
    let old = state.before_if_compared();
    // SAFETY: it is for a version of this slot.
    let room = unsafe { room(core, engine, state, memory, inputs.drain()) };
    engine.unlock();
    Begun::Room { room, old }
}

impl LiveState {
    /// Memory for a version of the slot: what is spare, if there is any.
    #[inline]
    pub(super) fn memory_in(&self, spares: &mut Spares) -> NonNull<u8> {
        value::memory_on_heap(self.builder, self.held_inputs(), self.kind, spares)
    }
}

/// Room for a version of a slot, built from these values of live executors.
///
/// # Safety
/// `memory` is from [`memory_in`](LiveState::memory_in), of this slot, and unused.
#[inline]
pub(super) unsafe fn room(
    core: &Core,
    engine: &Engine,
    state: &LiveState,
    memory: NonNull<u8>,
    inputs: impl Iterator<Item = Handle>,
) -> Raw {
    let (node, count, kind) = (state.builder, state.held_inputs(), state.kind);
    if state.fixed_inputs == 0 {
        // SAFETY: the caller's promise.
        return unsafe { value::room_on_heap(memory, node, count, kind, inputs) };
    }
    // A version may outlive its scope, so it holds what is fixed as well.
    // SAFETY: the scope holds its fixed values while something runs in it.
    let fixed = engine.fixed_inputs(core, node).map(|it| unsafe { Handle::share(it) });
    // SAFETY: the caller's promise.
    unsafe { value::room_on_heap(memory, node, count, kind, inputs.chain(fixed)) }
}

/// What is known of a slot without asking the user's code.
pub(super) enum Compared {
    /// It is to be built anew.
    Changed,
    /// It would come to the version that is there.
    Unchanged,
    /// That depends on how values compare.
    Unknown,
}

impl LiveState {
    /// The version in the slot, if a new one is compared with it.
    #[inline]
    pub(super) fn before_if_compared(&self) -> Option<Before> {
        self.current_if_compared().map(|version| Before { version, key: self.key })
    }

    /// How many values a version holds that it was built from.
    #[inline]
    fn held_inputs(&self) -> usize {
        self.inputs.len() + self.fixed_inputs as usize
    }

    /// Whether the slot's version was built from these versions of its inputs, as far as they
    /// make it stale.
    #[inline]
    pub(super) fn compare(&self, now: impl Iterator<Item = Raw>) -> Compared {
        let Some(version) = self.version() else { return Compared::Changed };
        // SAFETY: the slot holds the version, and nothing is shown before this returns.
        let before = unsafe { value::inputs(version) };
        if before.len() < self.inputs.len() {
            // It was given, and not built.
            return Compared::Changed;
        }
        let mut found = Compared::Changed;
        for ((before, input), now) in before.iter().zip(self.inputs).zip(now) {
            if !input.reactive {
                continue;
            }
            if before.as_raw() == now {
                if matches!(found, Compared::Changed) {
                    found = Compared::Unchanged;
                }
            } else if input.same.is_some() {
                found = Compared::Unknown;
            } else {
                return Compared::Changed;
            }
        }
        found
    }

    /// What its inputs are now, which are clean.
    pub(super) fn current_inputs(&self) -> impl Iterator<Item = Raw> {
        let current = |input: &LiveInput| input.slot.current.address();
        self.inputs.iter().map(move |input| current(input).expect("a clean slot has a version"))
    }

    /// As [`current_inputs`](Self::current_inputs), to keep.
    pub(super) fn pin_inputs(&self) -> impl Iterator<Item = Handle> {
        // SAFETY: the slots hold them, and nothing is shown under the lock.
        self.current_inputs().map(|version| unsafe { Handle::share(version) })
    }
}

/// Ends what [`begin`] has begun. The engine is not locked before, and is after.
#[inline]
pub(super) fn end<'c>(
    core: &'c Arc<Core>,
    engine: &mut Locked<'c>,
    slot: u32,
    claim: Claim,
    old: Option<Before>,
    built: Result<CleanupVec, ResolveError>,
) -> Result<Handle, ResolveError> {
    let result = match (built, old) {
        (Ok(cleanups), None) => {
            engine.relock();
            // SAFETY: just built, with one count, for us.
            Ok(unsafe { engine.completed(core, claim.room, cleanups) })
        }
        (Ok(cleanups), Some(old)) => keep_one(core, engine, slot, claim, old, cleanups),
        (Err(error), old) => Err(fail(core, engine, slot, claim, old, error)),
    };
    engine.running -= 1;
    result
}

impl Engine {
    /// The handle to a version that was just built, which gets its number.
    ///
    /// # Safety
    /// Nobody else knows the room; its one count is for the caller.
    #[inline]
    unsafe fn completed(&mut self, core: &Arc<Core>, room: Raw, cleanups: CleanupVec) -> Handle {
        let number = self.next_number();
        // SAFETY: the caller's promise.
        unsafe {
            room.as_ref().set_number(number);
            cleanup::attach(core, room, cleanups);
            Handle::from_raw(room)
        }
    }
}

/// The old version, if the new one equals it, and otherwise the new one. The user's code is
/// asked before the lock is taken again and the new one gets its number: what a comparison
/// resolves is older, and outlives it. Nothing is dropped under the lock: what is not kept
/// leaves with the garbage.
#[inline(never)]
fn keep_one<'c>(
    core: &'c Arc<Core>,
    engine: &mut Locked<'c>,
    slot: u32,
    claim: Claim,
    old: Before,
    cleanups: CleanupVec,
) -> Result<Handle, ResolveError> {
    let Before { version: old, key } = old;
    let frame = Frame::new(Arc::as_ptr(core), claim.attempt, key, Role::Build);
    // SAFETY: the old one is held, the new one is the claim's; both are outputs of the executor.
    let is_same = key
        .same
        .map_or(Ok(false), |same| unsafe { compare(&frame, old.as_raw(), claim.room, same) });
    engine.relock();
    // SAFETY: just built, with one count, for us.
    let new = unsafe { engine.completed(core, claim.room, cleanups) };
    match is_same {
        Ok(false) => {
            engine.no_longer_held(slot, old);
            Ok(new)
        }
        Ok(true) => {
            engine.retire(new);
            Ok(old)
        }
        Err(error) => {
            engine.garbage.extend([old, new]);
            Err(error)
        }
    }
}

/// Ends a build that brought no value.
#[cold]
fn fail<'c>(
    core: &'c Arc<Core>,
    engine: &mut Locked<'c>,
    slot: u32,
    claim: Claim,
    old: Option<Before>,
    error: ResolveError,
) -> ResolveError {
    // What is let go of here may be cleaned up, still inside of the attempt.
    // SAFETY: the room lives until it is given up.
    let node = unsafe { claim.room.as_ref() }.node();
    let frame = Frame::new(Arc::as_ptr(core), claim.attempt, node, Role::Build);
    let inside = current::enter(&frame);
    // SAFETY: nobody but this attempt knows the room.
    unsafe { value::give_up(claim.room) };
    drop(inside);
    engine.relock();
    if let Some(old) = old {
        engine.no_longer_held(slot, old.version);
    }
    error
}

/// The version of `slot`, if it was built from just these inputs, or from equal ones
/// where their executors are `eq`, as far as they make it stale.
fn unchanged<'c>(
    core: &'c Arc<Core>,
    engine: &mut Locked<'c>,
    slot: u32,
    inputs: &[Handle],
) -> Option<Handle> {
    let state = &engine.live[slot as usize];
    let old = match state.compare(inputs.iter().map(Handle::as_raw)) {
        Compared::Changed => return None,
        Compared::Unchanged => return state.current(),
        Compared::Unknown => state.current()?,
    };
    let (attempt, node, below) = (state.attempt.number, state.key, state.inputs);
    // SAFETY: the handle keeps the version alive.
    let before = unsafe { value::inputs(old.as_raw()) };
    engine.unlock();
    let frame = Frame::new(Arc::as_ptr(core), attempt, node, Role::Build);
    let mut pairs = before.iter().zip(inputs).zip(below);
    let all_equal = pairs.all(|((before, now), input)| match input.same {
        // A comparison that panics has found no equality.
        Some(same) if input.reactive && !before.is(now) => {
            // SAFETY: both are held, and outputs of the executor that is the input.
            matches!(unsafe { compare(&frame, before.as_raw(), now.as_raw(), same) }, Ok(true))
        }
        _ => true,
    });
    engine.relock();
    if all_equal {
        return Some(old);
    }
    engine.garbage.push(old);
    None
}

/// The comparison of an `eq` executor.
pub(super) type Same = unsafe fn(Raw, Raw) -> bool;

/// Runs the user's `PartialEq`, which may do anything.
///
/// # Safety
/// Both are held, and outputs of the executor whose `same` this is.
pub(crate) unsafe fn compare(
    frame: &Frame,
    old: Raw,
    new: Raw,
    same: Same,
) -> Result<bool, ResolveError> {
    let _inside = current::enter(frame);
    // SAFETY: the caller's promise.
    let equal = || unsafe { same(old, new) };
    catch_unwind(AssertUnwindSafe(equal)).map_err(|payload| {
        let node = frame.node().expect("values of an executor are compared");
        let error = ResolveError::panicked(node, &*payload);
        discard(payload);
        error
    })
}
