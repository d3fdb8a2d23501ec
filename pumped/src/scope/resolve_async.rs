//! Resolving what is async somewhere below: rounds of building all that can be built at
//! once, and waiting for any of the builds in flight.

use std::future::poll_fn;
use std::task::{Context, Poll};

use smallvec::SmallVec;

use super::core::{Core, Target};
use super::fixed::{self, Step};
use super::task::Join;
use crate::error::ResolveError;
use crate::node::Node;
use crate::sync::Arc;

/// A build in flight, and who waits for it, from the outside in.
struct Wanted<'c> {
    join: Join<'c>,
    way: Vec<&'static Node>,
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

/// Lets every build go on, until one has ended. The ended ones are taken out.
fn any(wanted: &mut Vec<Wanted<'_>>, context: &Context<'_>) -> Poll<Result<(), ResolveError>> {
    let mut ended = false;
    let mut at = 0;
    while at < wanted.len() {
        match wanted[at].join.poll(context) {
            Poll::Pending => at += 1,
            Poll::Ready(Ok(())) => {
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
    let mut blocked: SmallVec<[u32; 8]> = SmallVec::new();
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
            } else if !target.builder.is_async() || core.presets.has_value(target) {
                let built = fixed::build(core, &mut engine, target, &above);
                if let Err(error) = built {
                    engine.unlock();
                    return Err(through(error));
                }
            } else {
                let attempt = engine.building.attempt(target.key.index());
                let is_wanted =
                    |attempt| wanted.iter().any(|other: &Wanted<'_>| other.join.is_for(attempt));
                level.is_blocked = attempt.is_some_and(is_wanted);
                if !level.is_blocked {
                    let joined = Join::new(core, &mut engine, target, &above, None);
                    match joined {
                        Ok(None) => {}
                        Ok(Some(join)) => {
                            let way = above.iter().map(|step| step.target.builder).collect();
                            wanted.push(Wanted { join, way });
                            level.is_blocked = true;
                        }
                        Err(error) => {
                            engine.unlock();
                            return Err(through(error));
                        }
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
