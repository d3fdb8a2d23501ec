//! The short way to a stale value. Most reads after an update find one slot to
//! rebuild, or one after the other, and nobody else at it: each is then built as
//! soon as everything below it is clean, without a plan.
//!
//! A slot that is built like this has an attempt in flight like any other, which
//! others wait for. Whatever is out of the ordinary is left to `plan` and `drive`.

use super::core::{Core, Locked};
use super::drive;
use super::engine::Phase;
use super::fixed::{self, Claim};
use super::live::{AttemptPhase, LiveState};
use super::states::Still;
use super::version::{self, Compared};
use crate::error::ResolveError;
use crate::short::Short;
use crate::sync::Arc;
use crate::value::Handle;

/// The value of `slot` of an open scope, if it can be had on the short way.
pub(super) fn get<'c>(
    core: &'c Arc<Core>,
    engine: &mut Locked<'c>,
    slot: u32,
) -> Option<Result<Handle, ResolveError>> {
    debug_assert_eq!(engine.phase, Phase::Open, "the table has no slot otherwise");
    // Extensions are told who waits for what, and a plan knows.
    let is_watched = !core.executions.extensions.is_empty();
    let still = engine.live.still(slot as usize);
    // SAFETY: it is of this scope.
    let state = unsafe { still.of(&engine.live) };
    if is_watched || engine.gate.is_some() || !state.stands_alone() {
        return None;
    }
    if state.next_stale(0).is_some() {
        return get_deep(core, engine, slot);
    }
    Some(run(core, engine, slot, still, true).map(|value| value.expect("it was asked for")))
}

/// As [`get`], where there are others to be rebuilt before it.
fn get_deep<'c>(
    core: &'c Arc<Core>,
    engine: &mut Locked<'c>,
    slot: u32,
) -> Option<Result<Handle, ResolveError>> {
    // Slots to rebuild, each an input of the one before, and where to look next.
    let mut above: Short<(u32, usize), 8> = Short::new();
    let (mut slot, mut next) = (slot, 0);
    loop {
        let still = engine.live.still(slot as usize);
        // SAFETY: it is of this scope.
        let state = unsafe { still.of(&engine.live) };
        if let Some(at) = state.next_stale(next) {
            above.push((slot, at + 1));
            (slot, next) = (state.inputs[at].slot.number, 0);
            if engine.gate.is_some() || !engine.live[slot as usize].stands_alone() {
                return None;
            }
            continue;
        }
        // While others were built, those before them may have gone stale again.
        if next > 0 && state.next_stale(0).is_some() {
            return None;
        }
        let built = run(core, engine, slot, still, above.is_empty());
        match (built, above.pop()) {
            (Ok(value), None) => return Some(Ok(value.expect("it was asked for"))),
            (Err(error), None) => return Some(Err(error)),
            (Ok(below), Some(next_above)) => {
                if let Some(below) = below {
                    engine.garbage.push(below);
                }
                if engine.has_garbage() {
                    // Its cleanups must not run while this thread holds an attempt.
                    engine.unlock();
                    engine.relock();
                }
                // Meanwhile somebody else may have been at the one above.
                let stands_alone = engine.live[next_above.0 as usize].stands_alone();
                if engine.phase == Phase::Closed || engine.gate.is_some() || !stands_alone {
                    return None;
                }
                (slot, next) = next_above;
            }
            (Err(error), Some((next_above, _))) => {
                let builder = |slot: u32| engine.live[slot as usize].builder;
                let error = error.through(builder(next_above));
                let rest = above.iter().rev();
                return Some(Err(
                    rest.fold(error, |error, (slot, _)| error.through(builder(*slot)))
                ));
            }
        }
    }
}

/// Rebuilds `slot`, whose inputs are all clean. Returns its value if it is `wanted`, and
/// may do so if not. The engine is locked after, with garbage in it, but where it was
/// wanted: then it may be unlocked.
#[inline]
fn run<'c>(
    core: &'c Arc<Core>,
    engine: &mut Locked<'c>,
    slot: u32,
    still: Still,
    wanted: bool,
) -> Result<Option<Handle>, ResolveError> {
    let locked = &mut **engine;
    // SAFETY: it is of this scope, here and below.
    let state = unsafe { still.of_mut(&mut locked.live) };
    let compared = state.compare(state.current_inputs());
    if matches!(compared, Compared::Unchanged) {
        state.slot.marks.set_clean();
        return Ok(if wanted { state.current() } else { None });
    }
    locked.attempts += 1;
    let number = locked.attempts;
    state.begin(AttemptPhase::Running, number, locked.revision);
    let result = if matches!(compared, Compared::Unknown) {
        let mut inputs = state.pin_inputs().collect();
        version::build(core, engine, slot, &mut inputs)
    } else {
        let (node, old) = (state.builder, state.before_if_compared());
        let memory = state.memory_in(&mut locked.spares);
        locked.running += 1;
        let locked = &*locked;
        // SAFETY: as above.
        let state = unsafe { still.of(&locked.live) };
        // SAFETY: it is for a version of this slot.
        let room = unsafe { version::room(core, locked, state, memory, state.pin_inputs()) };
        engine.unlock();
        let built = fixed::run_unwatched(core, node, number, room);
        version::end(core, engine, slot, Claim { index: slot, attempt: number, room }, old, built)
    };
    // SAFETY: as above.
    let state = unsafe { still.of_mut(&mut engine.live) };
    match result {
        Ok(new) if !state.slot.marks.is_outdated() && !state.attempt.is_wanted() => {
            state.end();
            let (value, old) = if state.version() == Some(new.as_raw()) {
                (Some(new), None)
            } else {
                let value = wanted.then(|| new.second());
                (value, state.show(Some(new)))
            };
            state.slot.marks.set_fresh();
            core.notify();
            if let Some(old) = old {
                engine.retire(old);
            }
            if wanted {
                engine.unlock();
                return Ok(value);
            }
            if let Some(value) = value {
                engine.no_longer_held(slot, value);
            }
            Ok(None)
        }
        result => {
            drive::settle(core, engine, slot, result.clone());
            result.map(Some)
        }
    }
}

impl LiveState {
    /// Whether it is stale, and nothing that is known here keeps whoever reads it from building
    /// it as soon as all below is clean.
    #[inline]
    fn stands_alone(&self) -> bool {
        self.phase == AttemptPhase::Idle && self.prepared && self.is_called && !self.is_clean()
    }

    /// The first stale input, from `next` on.
    #[inline]
    fn next_stale(&self, next: usize) -> Option<usize> {
        let inputs = self.inputs.get(next..)?;
        let stale = inputs.iter().position(|input| input.slot.marks.is_stale());
        stale.map(|at| next + at)
    }
}
