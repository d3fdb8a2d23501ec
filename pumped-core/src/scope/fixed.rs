//! Resolving: from an executor down to everything that has to be there before it.
//!
//! A loop with its own stack, so that a graph may be as deep as it likes. Fixed
//! executors are built on the way up, one claim and one publication each, both
//! under one lock; live ones only get their slots, and are built by `drive` once
//! all that is fixed below them stands.

use std::any::Any;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::ptr::NonNull;
use std::task::Poll;

use super::core::{Core, Locked, Target};
use super::drive;
use super::engine::{Engine, Entry, Outcome, Phase};
use super::watched;
use crate::cleanup::{self, CleanupVec, discard};
use crate::current::{self, AttemptKey, Frame, Role};
use crate::cycle;
use crate::error::{BoxError, ResolveError, ResolveErrorKind};
use crate::node::{Node, Param};
use crate::resolve_ctx::ResolveCtx;
use crate::short::Short;
use crate::sync::Arc;
use crate::value::{self, Header, Inputs};

/// One executor on the way down, and the parameters that are left to look at.
pub(super) struct Step {
    pub(super) target: Target,
    params: &'static [Param],
}

impl Step {
    pub(super) fn new(core: &Core, target: Target) -> Self {
        Self { target, params: core.presets.params(target) }
    }

    /// The next dependency that is not prepared yet.
    #[inline]
    pub(super) fn next_below(&mut self, core: &Core, engine: &Engine) -> Option<Target> {
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

/// Prepares `node`: builds it if it is fixed, and everything fixed below it. The engine is
/// locked before and, unless there is an error, after.
#[cold]
pub(crate) fn prepare<'c>(
    core: &'c Arc<Core>,
    engine: &mut Locked<'c>,
    node: &'static Node,
) -> Result<(), ResolveError> {
    let root = core.target(node);
    if let Err(error) = engine.admit(core, node) {
        engine.unlock();
        return Err(error);
    }
    if engine.is_prepared(core, root) {
        return Ok(());
    }
    let mut above: Short<Step, 24> = Short::new();
    let mut step = Step::new(core, root);
    loop {
        let locked = &**engine;
        while let Some(below) = step.next_below(core, locked) {
            above.push(std::mem::replace(&mut step, Step::new(core, below)));
        }
        let target = step.target;
        if target.key.is_live() {
            let slot = engine.ensure_live(core, target);
            engine.state(slot).prepared = true;
        } else if let Err(error) = build(core, engine, target, &above) {
            // Errors hold what the user's code made: they are dropped without the lock.
            engine.unlock();
            let above = above.iter().rev();
            return Err(above.fold(error, |error, step| error.through(step.target.builder)));
        }
        match above.pop() {
            Some(next) => step = next,
            None => return Ok(()),
        }
    }
}

/// Builds one fixed executor, whose dependencies are prepared, or joins whoever
/// does. The engine is locked before and, if all goes well, after.
#[inline]
pub(super) fn build<'c>(
    core: &'c Arc<Core>,
    engine: &mut Locked<'c>,
    target: Target,
    above: &[Step],
) -> Result<(), ResolveError> {
    if !target.builder.takes_live_values() {
        return claim(core, engine, target, None, above);
    }
    // Pinned before the claim: resolving them may take long, and may fail.
    engine.unlock();
    let cut = drive::cut_inputs(core, target);
    let mut pinned = cut.map_err(|error| error.through(target.builder))?;
    engine.relock();
    let result = claim(core, engine, target, Some(&mut pinned), above);
    // What somebody else's value did not need.
    engine.garbage.extend(pinned);
    result
}

pub(super) fn claim<'c>(
    core: &'c Arc<Core>,
    engine: &mut Locked<'c>,
    target: Target,
    pinned: Option<&mut Inputs>,
    above: &[Step],
) -> Result<(), ResolveError> {
    let Some(claim) = begin(core, engine, target, pinned)? else { return Ok(()) };
    engine.unlock();
    let result = run(core, target.builder, claim.attempt, claim.room, above);
    end(core, engine, claim, result)
}

/// The right to build a fixed executor, and the room for its value.
#[derive(Clone, Copy)]
pub(crate) struct Claim {
    pub(super) index: u32,
    pub(super) attempt: u64,
    pub(crate) room: NonNull<Header>,
}

// SAFETY: the room is the claim's alone, wherever it goes, until it is published.
unsafe impl Send for Claim {}
// SAFETY: a claim is plain data.
unsafe impl Sync for Claim {}

/// Claims a fixed executor whose dependencies are prepared; none if its value is there
/// already, or once somebody else has brought it.
#[inline]
pub(super) fn begin<'c>(
    core: &'c Arc<Core>,
    engine: &mut Locked<'c>,
    target: Target,
    pinned: Option<&mut Inputs>,
) -> Result<Option<Claim>, ResolveError> {
    let index = target.key.index();
    let node = target.builder;
    loop {
        let locked = &mut **engine;
        if locked.entry(core, index).is_some() {
            return Ok(None);
        }
        if let Some(attempt) = locked.building.attempt(index) {
            join(core, engine, target, attempt)?;
            continue;
        }
        if locked.phase == Phase::Closed {
            return Err(ResolveError::disposed(node));
        }
        if locked.has_garbage() {
            // Its cleanups must not run while this thread holds a claim.
            engine.unlock();
            engine.relock();
            continue;
        }
        let attempt = locked.next_attempt();
        locked.building.add(index, attempt);
        let room = locked.room(index, node, pinned);
        return Ok(Some(Claim { index, attempt, room }));
    }
}

/// Publishes what the attempt of a claim has brought, or its failure. The engine is not
/// locked before, and is after.
#[inline]
pub(super) fn end<'c>(
    core: &'c Arc<Core>,
    engine: &mut Locked<'c>,
    claim: Claim,
    result: Result<CleanupVec, ResolveError>,
) -> Result<(), ResolveError> {
    let Claim { index, attempt, room } = claim;
    let cleanups = match result {
        Ok(cleanups) => cleanups,
        Err(error) => return fail(core, engine, index, attempt, room, error),
    };
    engine.relock();
    let engine = &mut **engine;
    engine.building.remove(attempt);
    // SAFETY: just built, and not published yet.
    unsafe {
        room.as_ref().set_number(engine.next_number());
        cleanup::attach(core, room, cleanups);
        room.as_ref().set_previous(engine.newest.replace(room));
    }
    engine.publish(core, index, room.cast());
    if !engine.joined.is_empty() || engine.phase != Phase::Open {
        tell_joined(core, engine, attempt, &Outcome::Ready);
    }
    Ok(())
}

/// Ends an attempt that brought no value; its room is for the next one.
#[cold]
fn fail(
    core: &Core,
    engine: &mut Locked<'_>,
    index: u32,
    attempt: u64,
    room: NonNull<Header>,
    error: ResolveError,
) -> Result<(), ResolveError> {
    // What is let go of here may be cleaned up, still inside of the attempt.
    // SAFETY: the room lives until it is given up.
    let node = unsafe { room.as_ref() }.node();
    let frame = Frame::new(core, attempt, node, Role::Build);
    let inside = current::enter(&frame);
    // SAFETY: nobody but this attempt knows the room.
    let memory = unsafe { value::give_up(room) };
    drop(inside);
    engine.relock();
    engine.spare.extend(memory.map(|memory| (index, Entry(memory.cast()))));
    engine.building.remove(attempt);
    tell_joined(core, engine, attempt, &Outcome::Failed(error.clone()));
    Err(error)
}

/// Hands the result of an attempt to those who joined it.
#[cold]
fn tell_joined(core: &Core, engine: &mut Engine, attempt: u64, outcome: &Outcome) {
    let joined = engine.joined.extract_if(.., |(joined, _)| *joined == attempt);
    for asked in joined.map(|(_, asked)| asked).collect::<Vec<_>>() {
        engine.asked[asked] = Some(outcome.clone());
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
        // An async one that nobody waited for: whoever comes now begins anew.
        Some(Outcome::Failed(error)) if error.kind() == ResolveErrorKind::Cancelled => {
            engine.failed.push(error);
            Ok(())
        }
        Some(Outcome::Failed(error)) => Err(error),
        _ => Ok(()),
    }
}

/// Runs the user's function for the value of a room, outside of the lock. Returns
/// the cleanups that it registered; those of a failed attempt have run. What is `above`
/// waits for it.
#[inline]
pub(crate) fn run(
    core: &Arc<Core>,
    node: &'static Node,
    attempt: u64,
    room: NonNull<Header>,
    above: &[Step],
) -> Result<CleanupVec, ResolveError> {
    if core.executions.extensions.is_empty() {
        return run_unwatched(core, node, attempt, room);
    }
    let frame = Frame::new(Arc::as_ptr(core), attempt, node, Role::Build);
    let _inside = current::enter(&frame);
    watched::resolve(core, node, attempt, room, above)
}

/// As [`run`], where there are no extensions.
#[inline]
pub(super) fn run_unwatched(
    core: &Arc<Core>,
    node: &'static Node,
    attempt: u64,
    room: NonNull<Header>,
) -> Result<CleanupVec, ResolveError> {
    let frame = Frame::new(Arc::as_ptr(core), attempt, node, Role::Build);
    let _inside = current::enter(&frame);
    call(core, node, room)
}

/// As [`run`], of an async executor. Polled inside of the attempt's frame.
pub(super) async fn run_async(
    core: Arc<Core>,
    node: &'static Node,
    path: Vec<&'static Node>,
    claim: Claim,
) -> Result<CleanupVec, ResolveError> {
    if core.executions.extensions.is_empty() {
        call_async(&core, node, claim).await
    } else {
        watched::resolve_async(&core, &path, claim).await
    }
}

/// Calls the user's function, which is async.
pub(super) async fn call_async(
    core: &Arc<Core>,
    node: &'static Node,
    claim: Claim,
) -> Result<CleanupVec, ResolveError> {
    if node.takes_required_tags() {
        check(core, node)?;
    }
    let build = node.build_async.expect("an async executor has an async function");
    // SAFETY: the room lives until its value is taken apart or it is given up.
    let pinned = unsafe { value::inputs(claim.room) };
    let cx = ResolveCtx::of_build(core, node, pinned);
    // SAFETY: the room was made for this node.
    let result = caught(unsafe { build(&cx, claim) }).await;
    match result {
        Ok(Ok(())) => Ok(cx.into_cleanups()),
        Ok(Err(source)) => {
            // The cleanups of a failed attempt run here, still inside of it.
            cx.clean_up().await;
            Err(ResolveError::failed(node, source))
        }
        Err(payload) => {
            cx.clean_up().await;
            Err(panicked(node, payload))
        }
    }
}

/// What a future comes to, or the payload of its panic.
async fn caught<T>(future: impl Future<Output = T> + Send) -> Result<T, Box<dyn Any + Send>> {
    let mut future = pin!(future);
    poll_fn(|context| {
        let polled = catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context)));
        match polled {
            Ok(polled) => polled.map(Ok),
            Err(payload) => Poll::Ready(Err(payload)),
        }
    })
    .await
}

/// Calls the user's function, inside of the attempt's frame.
#[inline]
pub(super) fn call(
    core: &Arc<Core>,
    node: &'static Node,
    room: NonNull<Header>,
) -> Result<CleanupVec, ResolveError> {
    if node.is_provided() || node.takes_required_tags() {
        check(core, node)?;
    }
    // SAFETY: the room lives until its value is taken apart or it is given up.
    let pinned = if node.takes_live_values() { unsafe { value::inputs(room) } } else { &[] };
    let cx = ResolveCtx::of_build(core, node, pinned);
    // What a half-run function leaves behind is its own; of ours it sees nothing.
    // SAFETY: the room was made for this node.
    let built = catch_unwind(AssertUnwindSafe(|| unsafe { (node.build)(&cx, room) }));
    match built {
        Ok(Ok(())) => Ok(cx.into_cleanups()),
        Ok(Err(source)) => Err(failed(node, cx, source)),
        Err(payload) => {
            drop(cx);
            Err(panicked(node, payload))
        }
    }
}

#[cold]
fn failed(node: &'static Node, cx: ResolveCtx<'_>, source: BoxError) -> ResolveError {
    // The cleanups of a failed attempt run here, still inside of it.
    drop(cx);
    ResolveError::failed(node, source)
}

#[cold]
pub(super) fn panicked(node: &'static Node, payload: Box<dyn Any + Send>) -> ResolveError {
    let error = ResolveError::panicked(node, &*payload);
    discard(payload);
    error
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
