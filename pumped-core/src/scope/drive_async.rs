//! As `drive`, a poll at a time: what is sync is run where it is found, what is async is
//! begun and polled, all that can go on at once; and nobody waits but as a task.

use std::future::poll_fn;
use std::task::{Context, Poll};

use super::core::{Core, Locked, Target};
use super::drive::{self, Stopped};
use super::engine::{Outcome, Phase};
use super::live::{AttemptPhase, Input, live_edges};
use super::lone;
use super::plan::{Obstacle, Share};
use super::resolve_async;
use super::task::{self, Task};
use crate::current::AttemptKey;
use crate::cycle;
use crate::error::ResolveError;
use crate::node::Node;
use crate::short::Short;
use crate::sync::Arc;
use crate::value::{Handle, Inputs};

/// The current version of a live executor, built if need be.
pub(crate) async fn get(core: &Arc<Core>, node: &'static Node) -> Result<Handle, ResolveError> {
    if let Some(result) = at_once(core, node) {
        return result;
    }
    resolve_async::prepare(core, node).await?;
    let slot = {
        let mut engine = core.lock();
        engine.admit(core, node)?;
        let target = core.target(node);
        let slot = engine.ensure_live(core, target);
        engine.share_slot(core, node, target);
        slot
    };
    let mut values = cut(core, &[slot], node).await?;
    Ok(values.pop().expect("one value for one slot"))
}

/// Where it can be had on the short way.
fn at_once(core: &Arc<Core>, node: &'static Node) -> Option<Result<Handle, ResolveError>> {
    let mut engine = core.lock();
    let slot = core.live(node)?.number;
    lone::get(core, &mut engine, slot)
}

/// As [`cut_inputs`], if all of them are there and current.
pub(crate) fn cut_at_once(core: &Arc<Core>, target: Target) -> Option<Inputs> {
    let engine = core.lock();
    engine.admit(core, target.key).ok()?;
    let mut inputs = Inputs::new();
    for below in live_edges(core, target) {
        let state = &engine.live[engine.live_slot(core, below.key)? as usize];
        // What is dropped under the lock here is held by its slot as well.
        inputs.push(if state.is_clean() { state.current()? } else { return None });
    }
    Some(inputs)
}

/// The versions of the live executors that `target` takes, all current together.
pub(crate) async fn cut_inputs(core: &Arc<Core>, target: Target) -> Result<Inputs, ResolveError> {
    let mut slots: Short<u32, 8> = Short::new();
    {
        let mut engine = core.lock();
        engine.admit(core, target.key)?;
        for below in live_edges(core, target) {
            slots.push(engine.ensure_live(core, below));
        }
    }
    cut(core, &slots, target.key).await
}

/// The values of the slots, all current together.
async fn cut(
    core: &Arc<Core>,
    slots: &[u32],
    asked_for: &'static Node,
) -> Result<Inputs, ResolveError> {
    let since = core.lock().revision;
    loop {
        let planned = {
            let mut engine = core.lock();
            engine.admit(core, asked_for)?;
            engine.plan(slots, since)
        };
        match planned {
            Ok(shares) => return Waiting::new(core, shares).await_all().await,
            // The result is for those who came before the change; so is its failure.
            Err(Obstacle::Outdated(slot)) => {
                let share = core.lock().ask_if_in_flight(slot);
                let Some(share) = share else { continue };
                let waiting = Waiting::new(core, Short::from_iter([share]));
                waiting.await_the_end().await?;
            }
            Err(Obstacle::Unprepared(slot)) => {
                let unprepared = core.lock().live[slot as usize].key;
                let prepared = resolve_async::prepare_boxed(core, unprepared).await;
                prepared.map_err(|error| error.through(asked_for))?;
            }
        }
    }
}

/// One who waits for shares of a plan. What is not taken is given up at the end.
struct Waiting<'c> {
    core: &'c Arc<Core>,
    shares: Short<Share, 2>,
    /// The attempts that it says it waits for.
    waits: Vec<(u64, cycle::Wait)>,
}

impl<'c> Waiting<'c> {
    fn new(core: &'c Arc<Core>, shares: Short<Share, 2>) -> Self {
        Self { core, shares, waits: Vec::new() }
    }

    /// The values of all shares.
    async fn await_all(mut self) -> Result<Inputs, ResolveError> {
        let ended = poll_fn(|context| self.poll(context)).await;
        if let Err(Stopped::Failed(error) | Stopped::Cycle(error)) = ended {
            return Err(error);
        }
        let values = self.shares.drain().map(|share| match share {
            Share::Pinned(value) => value,
            Share::Asked { .. } => unreachable!("all have ended"),
        });
        Ok(values.collect())
    }

    /// Whatever they come to.
    async fn await_the_end(mut self) -> Result<(), ResolveError> {
        match poll_fn(|context| self.poll(context)).await {
            Ok(()) | Err(Stopped::Failed(_)) => Ok(()),
            Err(Stopped::Cycle(error)) => Err(error),
        }
    }

    /// Lets everything below go on, until there is nothing to do but to wait.
    fn poll(&mut self, context: &Context<'_>) -> Poll<Result<(), Stopped>> {
        loop {
            let core = self.core;
            let mut engine = core.lock();
            match self.collect(&mut engine) {
                Ok(true) => return Poll::Ready(Ok(())),
                Ok(false) => {}
                Err(error) => return Poll::Ready(Err(Stopped::Failed(error))),
            }
            let tasks = match self.look(&mut engine) {
                Ok(Some(tasks)) => tasks,
                Ok(None) => continue,
                Err(error) => return Poll::Ready(Err(Stopped::Cycle(error))),
            };
            // Before anything else can change: nothing that ends from here on is missed.
            core.sleep(context.waker());
            drop(engine);
            let ended = tasks.iter().fold(false, |ended, task| task.poll(context.waker()) | ended);
            if !ended {
                return Poll::Pending;
            }
        }
    }

    /// Takes the results that are there. Whether all are.
    fn collect(&mut self, engine: &mut Locked<'_>) -> Result<bool, ResolveError> {
        let mut all = true;
        for share in self.shares.iter_mut() {
            let Share::Asked { asked, .. } = *share else { continue };
            match engine.asked[asked].take() {
                None => all = false,
                Some(Outcome::Value(value)) => {
                    engine.asked.remove(asked);
                    *share = Share::Pinned(value);
                }
                // The place is given back with the share.
                Some(Outcome::Failed(error)) => return Err(error),
                Some(Outcome::Ready) => unreachable!("a live slot has a value"),
            }
        }
        Ok(all)
    }

    /// Runs or begins one attempt that can be, and then is to be called again: None. If
    /// there is no such, the async builds that are to be polled.
    fn look(
        &mut self,
        engine: &mut Locked<'c>,
    ) -> Result<Option<Vec<std::sync::Arc<Task>>>, ResolveError> {
        let core = self.core;
        let mut tasks = Vec::new();
        let mut running: Vec<u64> = Vec::new();
        engine.epoch += 1;
        let epoch = engine.epoch;
        let asked = self.shares.iter().filter_map(|share| match share {
            Share::Asked { slot, .. } => Some(*slot),
            Share::Pinned(_) => None,
        });
        let mut stack: Short<u32, 8> = asked.collect();
        while let Some(slot) = stack.pop() {
            let state = engine.state(slot);
            if std::mem::replace(&mut state.visited, epoch) == epoch {
                continue;
            }
            match state.phase {
                AttemptPhase::Idle => {}
                AttemptPhase::Planned => {
                    let before = stack.len();
                    let inputs = state.attempt.inputs().iter().zip(state.inputs);
                    let pending = inputs.filter(|(input, _)| matches!(input, Input::Pending));
                    stack.extend(pending.map(|(_, input)| input.slot.number));
                    if stack.len() == before {
                        go_on(core, engine, slot);
                        return Ok(None);
                    }
                }
                AttemptPhase::Running => {
                    let (number, node) = (state.attempt.number, state.builder);
                    running.push(number);
                    if !self.waits.iter().any(|(other, _)| *other == number) {
                        let key = AttemptKey { core: Arc::as_ptr(core), attempt: number };
                        self.waits.push((number, cycle::wait_for(key, node)?));
                    }
                    tasks.extend(engine.task(number));
                }
            }
        }
        self.waits.retain(|(number, _)| running.contains(number));
        Ok(Some(tasks))
    }
}

/// Runs the attempt on a slot, whose inputs are all there, or begins it.
fn go_on<'c>(core: &'c Arc<Core>, engine: &mut Locked<'c>, slot: u32) {
    let state = &engine.live[slot as usize];
    let (node, is_given) = (state.builder, state.preset().is_some());
    if engine.has_garbage() {
        // Its cleanups must not run while this thread holds an attempt.
        engine.unlock();
        engine.relock();
    } else if engine.phase == Phase::Closed {
        drive::settle(core, engine, slot, Err(ResolveError::disposed(node)));
    } else if node.is_async() && !is_given {
        task::start(core, engine, slot);
    } else {
        drive::run(core, engine, slot);
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        // Nothing of it is dropped under the lock.
        let waits = std::mem::take(&mut self.waits);
        let mut engine = self.core.lock();
        for share in self.shares.drain() {
            engine.give_up(share);
        }
        drop(engine);
        drop(waits);
    }
}
