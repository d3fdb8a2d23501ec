//! Resolving what is async somewhere below: rounds of building all that can be built at
//! once, and waiting for any of the builds in flight.

use std::future::poll_fn;
use std::task::{Context, Poll};

use super::core::{Core, Locked, Target};
use super::drive_async;
use super::fixed::{self, Step};
use super::task::Join;
use crate::error::ResolveError;
use crate::extension::BoxFuture;
use crate::node::Node;
use crate::short::Short;
use crate::sync::Arc;
use crate::value::Inputs;

/// What a fixed executor is still waiting for, and who waits for that, from the outside in.
struct Wanted<'c> {
    index: u32,
    what: What<'c>,
    way: Vec<&'static Node>,
}

enum What<'c> {
    /// Its own build, in flight.
    Build(Join<'c>),
    /// The live values that it is built from.
    Inputs(BoxFuture<'c, Result<Inputs, ResolveError>>),
    /// These, all current together.
    Pinned(Inputs),
}

/// Prepares `node`: builds everything fixed that it needs, itself included if it is
/// fixed. What does not depend on each other is built concurrently.
pub(crate) async fn prepare(core: &Arc<Core>, node: &'static Node) -> Result<(), ResolveError> {
    let root = core.target(node);
    let mut wanted: Vec<Wanted<'_>> = Vec::new();
    loop {
        if round(core, node, root, &mut wanted)? {
            return Ok(());
        }
        poll_fn(|context| any(&mut wanted, context)).await?;
    }
}

/// As [`prepare`], for what that itself may come to.
pub(super) fn prepare_boxed<'c>(
    core: &'c Arc<Core>,
    node: &'static Node,
) -> BoxFuture<'c, Result<(), ResolveError>> {
    Box::pin(prepare(core, node))
}

/// Lets everything go on, until something has ended. Builds that have are taken out.
fn any(wanted: &mut Vec<Wanted<'_>>, context: &mut Context<'_>) -> Poll<Result<(), ResolveError>> {
    let mut ended = false;
    let mut at = 0;
    while at < wanted.len() {
        let result = match &mut wanted[at].what {
            What::Build(join) => join.poll(context).map(|built| built.map(|()| None)),
            What::Inputs(inputs) => inputs.as_mut().poll(context).map(|cut| cut.map(Some)),
            What::Pinned(_) => Poll::Pending,
        };
        match result {
            Poll::Pending => at += 1,
            Poll::Ready(Ok(Some(pinned))) => {
                ended = true;
                wanted[at].what = What::Pinned(pinned);
                at += 1;
            }
            Poll::Ready(Ok(None)) => {
                ended = true;
                drop(wanted.swap_remove(at));
            }
            Poll::Ready(Err(error)) => {
                let way = wanted.swap_remove(at).way;
                let error = way.iter().rev().fold(error, |error, node| error.through(node));
                return Poll::Ready(Err(error));
            }
        }
    }
    if ended { Poll::Ready(Ok(())) } else { Poll::Pending }
}

/// A step on the way down, and whether something below it is in flight.
struct Level {
    step: Step,
    is_blocked: bool,
}

/// Builds what can be built now, and begins or joins what is async. Whether all is there.
fn round<'c>(
    core: &'c Arc<Core>,
    asked_for: &'static Node,
    root: Target,
    wanted: &mut Vec<Wanted<'c>>,
) -> Result<bool, ResolveError> {
    let mut engine = core.lock();
    engine.admit(core, asked_for)?;
    if engine.is_prepared(core, root) {
        return Ok(true);
    }
    let mut blocked: Short<u32, 8> = Short::new();
    let mut above: Vec<Step> = Vec::new();
    let mut flags: Vec<bool> = Vec::new();
    let mut level = Level { step: Step::new(core, root), is_blocked: false };
    loop {
        while let Some(below) = level.step.next_below(core, &engine) {
            if blocked.contains(&below.key.index()) {
                level.is_blocked = true;
                continue;
            }
            let next = Level { step: Step::new(core, below), is_blocked: false };
            let Level { step, is_blocked } = std::mem::replace(&mut level, next);
            above.push(step);
            flags.push(is_blocked);
        }
        let target = level.step.target;
        if !level.is_blocked {
            let through = |error: ResolveError| {
                above.iter().rev().fold(error, |error, step| error.through(step.target.builder))
            };
            if target.key.is_live() {
                let slot = engine.ensure_live(core, target);
                engine.state(slot).prepared = true;
            } else {
                match fixed(core, &mut engine, target, &above, wanted) {
                    Ok(is_there) => level.is_blocked = !is_there,
                    Err(error) => {
                        engine.unlock();
                        return Err(through(error));
                    }
                }
            }
        }
        if level.is_blocked {
            blocked.push(target.key.index());
        }
        let (Some(step), Some(was_blocked)) = (above.pop(), flags.pop()) else {
            return Ok(!level.is_blocked);
        };
        level = Level { step, is_blocked: was_blocked || level.is_blocked };
    }
}

/// Builds a fixed executor whose dependencies are prepared, or has it wanted. Whether its
/// value is there.
fn fixed<'c>(
    core: &'c Arc<Core>,
    engine: &mut Locked<'c>,
    target: Target,
    above: &[Step],
    wanted: &mut Vec<Wanted<'c>>,
) -> Result<bool, ResolveError> {
    let index = target.key.index();
    let is_given = core.presets.has_value(target);
    let takes_live_values = target.builder.takes_live_values() && !is_given;
    let way = || above.iter().map(|step| step.target.builder).collect::<Vec<_>>();
    let before = wanted.iter().position(|other| other.index == index);
    let mut pinned = match before {
        Some(at) if matches!(wanted[at].what, What::Pinned(_)) => {
            let What::Pinned(pinned) = wanted.swap_remove(at).what else { return Ok(false) };
            Some(pinned)
        }
        Some(_) => return Ok(false),
        None if takes_live_values => {
            let mut way = way();
            way.push(target.builder);
            let what = What::Inputs(Box::pin(drive_async::cut_inputs(core, target)));
            wanted.push(Wanted { index, what, way });
            return Ok(false);
        }
        None => None,
    };
    let result = if target.builder.is_async() && !is_given {
        Join::new(core, engine, target, above, pinned.as_mut()).map(|joined| match joined {
            None => true,
            Some(join) => {
                wanted.push(Wanted { index, what: What::Build(join), way: way() });
                false
            }
        })
    } else {
        fixed::claim(core, engine, target, pinned.as_mut(), above).map(|()| true)
    };
    if !engine.is_locked() {
        engine.relock();
    }
    // What somebody else's value did not need.
    engine.garbage.extend(pinned.into_iter().flatten());
    result
}
