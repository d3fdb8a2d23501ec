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
use super::engine::{Building, Outcome};
use crate::cleanup::discard;
use crate::current::{self, AttemptKey, Frame, Role};
use crate::cycle;
use crate::error::ResolveError;
use crate::node::{Edge, Node, Param};
use crate::resolve_ctx::{Pin, Place, ResolveCtx};
use crate::sync::Arc;
use crate::value::{Header, Storage};

/// One executor on the way down, and the next of its parameters to look at.
struct Step {
    target: Target,
    params: &'static [Param],
    next: usize,
}

impl Step {
    fn new(core: &Core, target: Target) -> Self {
        Self { target, params: core.presets.params(target), next: 0 }
    }

    /// The next dependency that is not prepared yet.
    fn next_below(&mut self, core: &Core, engine: &Locked<'_>) -> Option<Target> {
        while let Some(param) = self.params.get(self.next) {
            if let Param::Edge(edge) = param
                && edge.kind().is_needed_at_build()
            {
                let below = core.target(edge.node());
                if !engine.is_prepared(core, below) {
                    return Some(below);
                }
            }
            self.next += 1;
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
    let mut stack: SmallVec<[Step; 24]> = SmallVec::new();
    stack.push(Step::new(core, root));
    while let Some(step) = stack.last_mut() {
        if let Some(below) = step.next_below(core, &engine) {
            stack.push(Step::new(core, below));
            continue;
        }
        let target = step.target;
        stack.pop();
        if target.key.is_live() {
            let slot = engine.ensure_live(core, target);
            engine.state(slot).prepared = true;
            continue;
        }
        match build(core, engine, target) {
            Ok(locked) => engine = locked,
            Err(error) => {
                let above = stack.iter().rev();
                return Err(above.fold(error, |error, step| error.through(step.target.builder)));
            }
        }
    }
    Ok(engine)
}

/// Builds one fixed executor, whose dependencies are prepared, or joins whoever does.
fn build<'c>(
    core: &'c Arc<Core>,
    mut engine: Locked<'c>,
    target: Target,
) -> Result<Locked<'c>, ResolveError> {
    let index = target.key.index();
    let mut snapshots: Option<SmallVec<[Pin; 4]>> = None;
    loop {
        if engine.entry(core, index).is_some() {
            return Ok(engine);
        }
        if engine.building.iter().any(|building| building.index == index) {
            engine = join(core, engine, target)?;
        } else if snapshots.is_none() && target.builder.takes_snapshots() {
            drop(engine);
            let pins = drive::cut_inputs(core, target);
            snapshots = Some(pins.map_err(|error| error.through(target.builder))?);
            engine = core.lock();
        } else {
            break;
        }
    }
    let attempt = engine.next_attempt();
    engine.building.push(Building { index, attempt, asked: SmallVec::new() });
    engine.running += 1;
    drop(engine);

    let pins = snapshots.unwrap_or_default();
    let (result, mut engine) = run(core, target.builder, attempt, &pins, Storage::Arena);
    engine.running -= 1;
    let at = engine.building.iter().position(|building| building.index == index);
    let building = engine.building.swap_remove(at.expect("claimed above"));
    if let Ok(header) = result {
        // SAFETY: just built, and not published yet.
        unsafe { header.as_ref() }.previous.set(engine.newest.replace(header));
        engine.publish(core, index, header.cast());
    }
    if !building.asked.is_empty() || engine.phase != super::engine::Phase::Open {
        let outcome = result.as_ref().map_or_else(|e| Outcome::Failed(e.clone()), |_| Outcome::Ready);
        for asked in building.asked {
            engine.asked[asked] = Some(outcome.clone());
        }
        core.notify();
    }
    result.map(|_| engine)
}

/// Waits for the attempt in flight on a fixed executor.
fn join<'c>(
    core: &'c Arc<Core>,
    mut engine: Locked<'c>,
    target: Target,
) -> Result<Locked<'c>, ResolveError> {
    let index = target.key.index();
    let asked = engine.asked.insert(None);
    let building = engine.building.iter_mut().find(|building| building.index == index);
    let building = building.expect("looked up by the caller");
    building.asked.push(asked);
    let key = AttemptKey { core: Arc::as_ptr(core), attempt: building.attempt };
    let waiting = cycle::wait_for(key, target.builder);
    let waiting = match waiting {
        Ok(waiting) => waiting,
        Err(error) => {
            building.asked.retain(|other| *other != asked);
            engine.asked.remove(asked);
            return Err(error);
        }
    };
    while engine.asked[asked].is_none() {
        engine.wait();
    }
    drop(waiting);
    match engine.asked.remove(asked) {
        Some(Outcome::Failed(error)) => Err(error),
        _ => Ok(engine),
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
    if let Err(error) = check(core, node) {
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

impl Node {
    fn takes_snapshots(&self) -> bool {
        let live = |param: &Param| matches!(param, Param::Edge(edge) if Edge::is_live(*edge));
        self.params().iter().any(live)
    }
}
