//! Resolving: from an executor down to everything that has to be there before it.
//!
//! A loop with its own stack, so that a graph may be as deep as it likes. Fixed
//! executors are built on the way up, one claim and one publication each, both
//! under one lock; live ones only get their slots, and are built by `drive` once
//! all that is fixed below them stands.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr::NonNull;

use smallvec::SmallVec;

use super::core::{Core, Locked, Target};
use super::drive;
use super::engine::{Engine, Outcome, Phase};
use crate::cleanup::discard;
use crate::current::{self, AttemptKey, Frame, Role};
use crate::cycle;
use crate::error::ResolveError;
use crate::node::{Node, Param};
use crate::resolve_ctx::{Pin, Place, ResolveCtx};
use crate::sync::Arc;
use crate::value::{Header, Storage};

/// One executor on the way down, and the parameters that are left to look at.
struct Step {
    target: Target,
    params: &'static [Param],
}

impl Step {
    fn new(core: &Core, target: Target) -> Self {
        Self { target, params: core.presets.params(target) }
    }

    /// The next dependency that is not prepared yet.
    fn next_below(&mut self, core: &Core, engine: &Engine) -> Option<Target> {
        while let [param, rest @ ..] = self.params {
            if let Param::Edge(edge) = param
                && edge.kind().is_needed_at_build()
            {
                let below = core.target(edge.node());
                if !engine.is_prepared(core, below) {
                    // When this step goes on, it will be.
                    self.params = rest;
                    return Some(below);
                }
            }
            self.params = rest;
        }
        None
    }
}

/// Prepares `node`: builds it if it is fixed, and everything fixed below it.
#[cold]
pub(crate) fn prepare<'c>(
    core: &'c Arc<Core>,
    node: &'static Node,
) -> Result<Locked<'c>, ResolveError> {
    let root = core.target(node);
    let mut engine = core.lock();
    engine.admit(core, node)?;
    if engine.is_prepared(core, root) {
        return Ok(engine);
    }
    let mut above: SmallVec<[Step; 24]> = SmallVec::new();
    let mut step = Step::new(core, root);
    loop {
        while let Some(below) = step.next_below(core, &engine) {
            above.push(std::mem::replace(&mut step, Step::new(core, below)));
        }
        let target = step.target;
        if target.key.is_live() {
            let slot = engine.ensure_live(core, target);
            engine.state(slot).prepared = true;
        } else if let Err(error) = build(core, &mut engine, target) {
            // Errors hold what the user's code made: they are dropped without the lock.
            engine.unlock();
            let above = above.iter().rev();
            return Err(above.fold(error, |error, step| error.through(step.target.builder)));
        }
        match above.pop() {
            Some(next) => step = next,
            None => return Ok(engine),
        }
    }
}

/// Builds one fixed executor, whose dependencies are prepared, or joins whoever
/// does. The engine is locked before and, if all goes well, after.
fn build<'c>(
    core: &'c Arc<Core>,
    engine: &mut Locked<'c>,
    target: Target,
) -> Result<(), ResolveError> {
    if !target.builder.takes_live_values() {
        return claim(core, engine, target, &[]);
    }
    // Pinned before the claim: resolving them may take long, and may fail.
    engine.unlock();
    let pins = drive::cut_inputs(core, target).map_err(|error| error.through(target.builder))?;
    engine.relock();
    let result = claim(core, engine, target, &pins);
    // The snapshots are dropped without the lock.
    engine.unlock();
    drop(pins);
    engine.relock();
    result
}

fn claim<'c>(
    core: &'c Arc<Core>,
    engine: &mut Locked<'c>,
    target: Target,
    pins: &[Pin],
) -> Result<(), ResolveError> {
    let index = target.key.index();
    loop {
        if engine.entry(core, index).is_some() {
            return Ok(());
        }
        match engine.building.attempt(index) {
            Some(attempt) => join(core, engine, target, attempt)?,
            None => break,
        }
    }
    let attempt = engine.next_attempt();
    engine.building.add(index, attempt);
    engine.unlock();
    let (result, locked) = run(core, target.builder, attempt, pins, Storage::Arena);
    *engine = locked;
    let engine = &mut **engine;
    engine.building.remove(attempt);
    if let Ok(header) = result {
        // SAFETY: just built, and not published yet.
        unsafe { header.as_ref() }.previous.set(engine.newest.replace(header));
        engine.publish(core, index, header.cast());
    }
    if !engine.joined.is_empty() || engine.phase != Phase::Open {
        tell_joined(core, engine, attempt, &result);
    }
    result.map(drop)
}

/// Hands the result of an attempt to those who joined it.
#[cold]
fn tell_joined<T>(core: &Core, engine: &mut Engine, attempt: u64, result: &Result<T, ResolveError>) {
    let joined = engine.joined.extract_if(.., |(joined, _)| *joined == attempt);
    for asked in joined.map(|(_, asked)| asked).collect::<Vec<_>>() {
        engine.asked[asked] = Some(match result {
            Ok(_) => Outcome::Ready,
            Err(error) => Outcome::Failed(error.clone()),
        });
    }
    core.notify();
}

/// Waits for the attempt in flight on a fixed executor.
fn join<'c>(
    core: &'c Arc<Core>,
    engine: &mut Locked<'c>,
    target: Target,
    attempt: u64,
) -> Result<(), ResolveError> {
    let key = AttemptKey { core: Arc::as_ptr(core), attempt };
    let _waiting = cycle::wait_for(key, target.builder)?;
    let asked = engine.asked.insert(None);
    engine.joined.push((attempt, asked));
    while engine.asked[asked].is_none() {
        engine.wait();
    }
    match engine.asked.remove(asked) {
        Some(Outcome::Failed(error)) => Err(error),
        _ => Ok(()),
    }
}

/// Runs the user's function for one value, outside the lock; the lock is held
/// again when it returns.
pub(crate) fn run<'c>(
    core: &'c Arc<Core>,
    node: &'static Node,
    attempt: u64,
    pins: &[Pin],
    storage: Storage,
) -> (Result<NonNull<Header>, ResolveError>, Locked<'c>) {
    if (node.is_provided() || node.takes_required_tags())
        && let Err(error) = check(core, node)
    {
        return (Err(error), core.lock());
    }
    let frame = Frame::new(Arc::as_ptr(core), attempt, node, Role::Build);
    let mut cx = ResolveCtx::new(core, node, pins);
    let mut place = Place::new(core, node, pins, storage);
    let inside = current::enter(&frame);
    // What a half-run function leaves behind is its own; of ours it sees nothing.
    let built = catch_unwind(AssertUnwindSafe(|| (node.build)(&cx, &mut place)));
    drop(inside);
    let result = match built {
        Ok(Ok(header)) => {
            cx.cleanups().attach(core, header);
            Ok(header)
        }
        Ok(Err(source)) => Err(ResolveError::failed(node, source)),
        Err(payload) => {
            let error = ResolveError::panicked(node, &*payload);
            discard(payload);
            Err(error)
        }
    };
    // The cleanups of a failed attempt run here, before the lock is taken.
    drop(cx);
    (result, place.into_locked())
}

/// What has to be there beside the dependencies.
#[cold]
fn check(core: &Core, node: &'static Node) -> Result<(), ResolveError> {
    if node.is_provided() {
        return Err(ResolveError::not_provided(node));
    }
    for param in node.params() {
        if let Param::Tag(tag) = param
            && tag.required
            && !core.tags.has((tag.of)())
        {
            return Err(ResolveError::missing_tag(node, (tag.name)()));
        }
    }
    Ok(())
}
