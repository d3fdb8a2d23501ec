//! Driving: carrying out what was planned, by whoever waits for it.
//!
//! A reader runs the attempts below its own that nobody has started, also those
//! that another reader planned, and waits only for one that is running. So a
//! wait always stands for a real dependency, which is what `cycle` relies on.

use super::core::{Core, Locked, Target};
use super::engine::{Outcome, Phase};
use super::fixed;
use super::live::{AttemptPhase, Input, LiveState, live_edges};
use super::lone;
use super::plan::{Obstacle, Share};
use super::version;
use crate::cleanup::report;
use crate::current::{self, AttemptKey};
use crate::cycle;
use crate::error::{ResolveError, ResolveErrorKind};
use crate::node::Node;
use crate::short::Short;
use crate::sync::Arc;
use crate::value::{Handle, Inputs};

/// How often a reader finds an attempt in its way before it closes the gate.
const PATIENCE: u32 = 2;

/// The current version of a live executor, built if need be.
pub(crate) fn get(core: &Arc<Core>, node: &'static Node) -> Result<Handle, ResolveError> {
    let mut engine = core.lock();
    if engine.phase == Phase::Open {
        let slot = match core.live(node) {
            Some(slot) => slot.number,
            None => engine.ensure_live(core, core.target(node)),
        };
        if let Some(result) = lone::get(core, &mut engine, slot) {
            return result;
        }
    }
    fixed::prepare(core, &mut engine, node)?;
    let target = core.target(node);
    let slot = engine.ensure_live(core, target);
    engine.share_slot(core, node, target);
    let mut values = cut(core, engine, &[slot], node)?;
    Ok(values.pop().expect("one value for one slot"))
}

/// The versions of the live executors that `target` takes, all current together.
pub(crate) fn cut_inputs(core: &Arc<Core>, target: Target) -> Result<Inputs, ResolveError> {
    let mut engine = core.lock();
    let mut slots: Short<u32, 8> = Short::new();
    for below in live_edges(core, target) {
        slots.push(engine.ensure_live(core, below));
    }
    cut(core, engine, &slots, target.key)
}

/// The values of the slots, all current together; everything fixed below is built.
fn cut<'c>(
    core: &'c Arc<Core>,
    mut engine: Locked<'c>,
    slots: &[u32],
    asked_for: &'static Node,
) -> Result<Inputs, ResolveError> {
    let mut gate = false;
    let planned = plan(core, &mut engine, slots, asked_for, &mut gate);
    if gate {
        engine.gate = None;
        core.notify();
    }
    let mut shares = planned?.into_iter();
    let mut values = Inputs::new();
    for share in shares.by_ref() {
        match drive(core, &mut engine, share) {
            Ok(value) => values.push(value),
            Err(Stopped::Failed(error) | Stopped::Cycle(error)) => {
                shares.for_each(|share| engine.give_up(share));
                engine.garbage.extend(values);
                return Err(error);
            }
        }
    }
    Ok(values)
}

/// Plans for the slots, waiting for what is in the way. Who had to wait too often
/// closes the gate: nobody outside of a build plans before it, so that no fast
/// writer and no crowd of readers can starve it.
fn plan<'c>(
    core: &'c Arc<Core>,
    engine: &mut Locked<'c>,
    slots: &[u32],
    asked_for: &'static Node,
    gate: &mut bool,
) -> Result<Short<Share, 2>, ResolveError> {
    let since = engine.revision;
    let mut thwarted = 0;
    loop {
        let other = |thread| thread != current::thread() && !current::is_attempting();
        while engine.gate.is_some_and(other) {
            engine.wait();
        }
        engine.admit(core, asked_for)?;
        let slot = match engine.plan(slots, since) {
            Ok(shares) => return Ok(shares),
            Err(Obstacle::Outdated(slot)) => slot,
            Err(Obstacle::Unprepared(slot)) => {
                let unprepared = engine.live[slot as usize].key;
                if let Err(error) = fixed::prepare(core, engine, unprepared) {
                    engine.relock();
                    return Err(error.through(asked_for));
                }
                continue;
            }
        };
        thwarted += 1;
        if thwarted >= PATIENCE && engine.gate.is_none() {
            *gate = true;
            engine.gate = Some(current::thread());
        }
        let share = engine.ask(slot);
        match drive(core, engine, share) {
            // The result is for those who came before the change; so is its failure.
            Ok(outdated) => engine.garbage.push(outdated),
            Err(Stopped::Failed(error)) => engine.failed.push(error),
            Err(Stopped::Cycle(error)) => return Err(error),
        }
    }
}

/// Why a share brought no value.
pub(super) enum Stopped {
    /// The attempt failed.
    Failed(ResolveError),
    /// Waiting for it would never end, or must not be here.
    Cycle(ResolveError),
}

/// Sees to it that the attempt behind a share ends, and returns its result.
fn drive<'c>(
    core: &'c Arc<Core>,
    engine: &mut Locked<'c>,
    share: Share,
) -> Result<Handle, Stopped> {
    let (target, asked) = match share {
        Share::Pinned(value) => return Ok(value),
        Share::Asked { slot, asked } => (slot, asked),
    };
    // Attempts to look at, each an input of the one before.
    let mut stack: Short<(u32, u64), 8> = Short::new();
    loop {
        if engine.asked[asked].is_some() {
            return match engine.asked.remove(asked) {
                Some(Outcome::Value(value)) => Ok(value),
                Some(Outcome::Failed(error)) => Err(Stopped::Failed(error)),
                _ => unreachable!("an attempt on a live slot ends with a value or an error"),
            };
        }
        let Some(&(slot, number)) = stack.last() else {
            stack.push((target, engine.live[target as usize].attempt.number));
            continue;
        };
        let state = &engine.live[slot as usize];
        if state.attempt.number != number {
            stack.pop();
            continue;
        }
        match state.phase {
            AttemptPhase::Idle => {
                stack.pop();
            }
            AttemptPhase::Running => {
                if let Err(error) = wait_for(core, engine, slot, number) {
                    engine.give_up(Share::Asked { slot: target, asked });
                    return Err(Stopped::Cycle(error));
                }
            }
            AttemptPhase::Planned => match pending(&engine.live[slot as usize]) {
                Some(below) => stack.push((below, engine.live[below as usize].attempt.number)),
                None if engine.has_garbage() => {
                    // Its cleanups must not run while this thread holds an attempt.
                    engine.unlock();
                    engine.relock();
                }
                None if engine.phase == Phase::Closed => {
                    let node = engine.live[slot as usize].builder;
                    settle(core, engine, slot, Err(ResolveError::disposed(node)));
                }
                None => run(core, engine, slot),
            },
        }
    }
}

/// The first input that the attempt on a slot still waits for.
fn pending(state: &LiveState) -> Option<u32> {
    let inputs = state.attempt.inputs().iter().zip(state.inputs);
    let mut pending = inputs.filter(|(input, _)| matches!(input, Input::Pending));
    pending.next().map(|(_, input)| input.slot.number)
}

/// Waits until the running attempt on `slot` has ended.
fn wait_for<'c>(
    core: &'c Arc<Core>,
    engine: &mut Locked<'c>,
    slot: u32,
    number: u64,
) -> Result<(), ResolveError> {
    let key = AttemptKey { core: Arc::as_ptr(core), attempt: number };
    let node = engine.live[slot as usize].builder;
    let _waiting = cycle::wait_for(key, node)?;
    if node.is_async() {
        // As in `run`; and whoever polls it may be this thread.
        return Err(ResolveError::not_awaited(node));
    }
    while engine.live[slot as usize].attempt.number == number {
        engine.wait();
    }
    Ok(())
}

/// Carries out the attempt on `slot`, whose inputs are all there.
pub(super) fn run<'c>(core: &'c Arc<Core>, engine: &mut Locked<'c>, slot: u32) {
    let state = engine.state(slot);
    if let Some(preset) = state.preset().cloned() {
        return settle(core, engine, slot, Ok(preset));
    }
    let node = state.builder;
    if node.is_async() {
        // The compiler has refused to wait for it here; it came by an eager rebuild, or
        // went stale after it was awaited.
        return settle(core, engine, slot, Err(ResolveError::not_awaited(node)));
    }
    let mut inputs = take_inputs(state);
    let result = version::build(core, engine, slot, &mut inputs);
    settle(core, engine, slot, result);
}

pub(super) fn settle(
    core: &Core,
    engine: &mut Locked<'_>,
    slot: u32,
    result: Result<Handle, ResolveError>,
) {
    engine.settle(slot, result);
    core.notify();
}

/// Takes the pinned inputs of an attempt, which then runs.
pub(super) fn take_inputs(state: &mut LiveState) -> Inputs {
    state.phase = AttemptPhase::Running;
    let inputs = state.attempt.take_inputs().into_iter();
    inputs
        .map(|input| match input {
            Input::Pinned(value) => value,
            Input::Pending => unreachable!("only an attempt with all its inputs is run"),
        })
        .collect()
}

/// Rebuilds an eager slot after a commit, if it ever was built. One that fails is
/// owed to the next change.
pub(crate) fn rebuild(core: &Arc<Core>, slot: u32) {
    let engine = core.lock();
    let state = &engine.live[slot as usize];
    let node = state.key;
    if state.version().is_none() {
        return;
    }
    if let Err(error) = cut(core, engine, &[slot], node)
        && error.kind() != ResolveErrorKind::Disposed
    {
        report(format_args!("rebuilding after an update: {error}"));
        core.lock().owe(slot);
    }
}
