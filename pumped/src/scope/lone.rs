//! The short way to a stale value. Most reads after an update find one slot to
//! rebuild, or one after the other, and nobody else at it: each is then built as
//! soon as everything below it is clean, without a plan.
//!
//! A slot that is built like this has an attempt in flight like any other, which
//! others wait for. Whatever is out of the ordinary is left to `plan` and `drive`.

use smallvec::SmallVec;

use super::core::{Core, Locked};
use super::drive;
use super::engine::{Engine, Phase};
use super::live::AttemptPhase;
use super::version;
use crate::error::ResolveError;
use crate::sync::{Arc, Ordering};
use crate::value::{Handle, Inputs};

/// The value of `slot`, if it can be had on the short way.
pub(super) fn get<'c>(
    core: &'c Arc<Core>,
    engine: &mut Locked<'c>,
    slot: u32,
) -> Option<Result<Handle, ResolveError>> {
    // Extensions are told who waits for what, and a plan knows.
    let is_watched = !core.executions.extensions.is_empty();
    if is_watched || engine.phase != Phase::Open || !engine.stands_alone(slot) {
        return None;
    }
    // Slots to rebuild, each an input of the one before, and where to look next.
    let mut stack: SmallVec<[(u32, usize); 8]> = SmallVec::new();
    let (mut slot, mut next) = (slot, 0);
    let mut inputs = Inputs::new();
    loop {
        if let Some(at) = engine.next_stale(slot, next) {
            stack.push((slot, at + 1));
            (slot, next) = (engine.live[slot as usize].inputs[at].slot, 0);
            if !engine.stands_alone(slot) {
                return None;
            }
            continue;
        }
        if !engine.pin_clean(slot, &mut inputs) {
            return None;
        }
        match (run(core, engine, slot, &mut inputs), stack.pop()) {
            (result, None) => return Some(result),
            (Ok(below), Some(above)) => {
                engine.unlock();
                drop(below);
                engine.relock();
                // Meanwhile somebody else may have been at the one above.
                if engine.phase == Phase::Closed || !engine.stands_alone(above.0) {
                    return None;
                }
                (slot, next) = above;
            }
            (Err(error), Some((above, _))) => {
                let builder = |slot: u32| engine.live[slot as usize].target.builder;
                let error = error.through(builder(above));
                let rest = stack.iter().rev();
                return Some(Err(
                    rest.fold(error, |error, (above, _)| error.through(builder(*above)))
                ));
            }
        }
    }
}

/// Rebuilds `slot` from `inputs`, which are all current. May leave the engine unlocked.
fn run<'c>(
    core: &'c Arc<Core>,
    engine: &mut Locked<'c>,
    slot: u32,
    inputs: &mut Inputs,
) -> Result<Handle, ResolveError> {
    let (number, revision) = (engine.next_attempt(), engine.revision);
    let state = engine.state(slot);
    state.touched = false;
    state.attempt.phase = AttemptPhase::Running;
    state.attempt.number = number;
    state.attempt.revision = revision;
    (state.attempt.outdated, state.attempt.abandoned) = (false, false);
    let result = version::build(core, engine, slot, inputs);
    let state = engine.state(slot);
    let attempt = &mut state.attempt;
    let for_me_alone = attempt.asked.is_empty() && attempt.parents.is_empty();
    match &result {
        Ok(new) if !attempt.outdated && for_me_alone => {
            attempt.phase = AttemptPhase::Idle;
            attempt.number = 0;
            let old = if state.version() == Some(new.as_raw()) {
                None
            } else {
                state.show(Some(new.clone()))
            };
            state.slot.stale.store(false, Ordering::Release);
            core.notify();
            engine.unlock();
            drop(old);
        }
        _ => drive::settle(core, engine, slot, result.clone()),
    }
    result
}

impl Engine {
    /// Whether a slot is stale, and nothing keeps whoever reads it from building it
    /// as soon as all below is clean.
    #[inline]
    fn stands_alone(&self, slot: u32) -> bool {
        let state = &self.live[slot as usize];
        self.gate.is_none()
            && state.attempt.phase == AttemptPhase::Idle
            && state.prepared
            && state.preset.is_none()
            && !state.target.builder.is_async()
            && !state.is_clean()
    }

    /// The first stale input of a slot, from `next` on.
    #[inline]
    fn next_stale(&self, slot: u32, next: usize) -> Option<usize> {
        let inputs = self.live[slot as usize].inputs.get(next..)?;
        let stale = inputs.iter().position(|input| !self.live[input.slot as usize].is_clean());
        stale.map(|at| next + at)
    }

    /// Pins what a slot is built from, if all of it is clean.
    #[inline]
    fn pin_clean(&self, slot: u32, inputs: &mut Inputs) -> bool {
        for input in &self.live[slot as usize].inputs {
            let state = &self.live[input.slot as usize];
            match state.current() {
                Some(current) if state.is_clean() => inputs.push(current),
                // What is dropped under the lock here is held by its slot as well.
                _ => return false,
            }
        }
        true
    }
}
