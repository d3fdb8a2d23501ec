//! An async build. It belongs to the scope and not to whoever began it: everybody who
//! waits for it polls it. When the last of them is gone it is dropped, and the next `get`
//! begins anew.

use std::task::{Context, Poll, Waker};

use super::core::{Core, Locked, Target};
use super::drive;
use super::engine::Outcome;
use super::fixed::{self, Claim};
use super::ops;
use super::version::{self, Before, Begun};
use crate::cleanup::CleanupVec;
use crate::current::{AttemptKey, Frame, Role};
use crate::cycle;
use crate::error::ResolveError;
use crate::node::Node;
use crate::shared::{Shared, Stopped};
use crate::sync::{Arc, AtomicUsize, Mutex, Ordering};

/// An async build in flight.
pub(crate) struct Task {
    core: Arc<Core>,
    node: &'static Node,
    claim: Claim,
    of: Of,
    build: Shared<Result<CleanupVec, ResolveError>>,
}

/// Whose build it is.
enum Of {
    /// A fixed executor's; so many wait for it, which changes under the engine's lock.
    Fixed { waiting: AtomicUsize },
    /// That of a slot, which knows who waits. Its version is held if the new one is to be
    /// compared with it.
    Live { slot: u32, old: Mutex<Option<Before>> },
}

impl Task {
    fn new(
        core: &Arc<Core>,
        node: &'static Node,
        path: Vec<&'static Node>,
        claim: Claim,
        of: Of,
    ) -> std::sync::Arc<Self> {
        let build = Shared::new(Box::pin(fixed::run_async(core.clone(), node, path, claim)));
        std::sync::Arc::new(Self { core: core.clone(), node, claim, of, build })
    }

    pub(crate) fn attempt(&self) -> u64 {
        self.claim.attempt
    }

    fn frame(&self) -> Frame {
        Frame::new(Arc::as_ptr(&self.core), self.claim.attempt, self.node, Role::Build)
    }

    /// Lets the build go on, unless somebody else does. Whether it has ended by that.
    pub(super) fn poll(&self, waker: &Waker) -> bool {
        let Some(ended) = self.build.poll(waker, || Some(self.frame())) else { return false };
        self.end(ended.unwrap_or_else(|stopped| {
            Err(match stopped {
                Stopped::Panicked(payload) => fixed::panicked(self.node, payload),
                Stopped::Cancelled => ResolveError::cancelled(self.node),
            })
        }));
        true
    }

    fn end(&self, result: Result<CleanupVec, ResolveError>) {
        let core = &self.core;
        let mut engine = core.lock();
        let own = engine.remove_task(self.attempt());
        engine.unlock();
        drop(own);
        match &self.of {
            Of::Fixed { .. } => {
                // Those who wait are told by the outcome.
                let _ = fixed::end(core, &mut engine, self.claim, result);
            }
            Of::Live { slot, old } => {
                let old = old.lock().take();
                let result = version::end(core, &mut engine, *slot, self.claim, old, result);
                drive::settle(core, &mut engine, *slot, result);
            }
        }
        drop(engine);
        self.build.announce();
    }

    /// Drops the build where it is, or leaves that to whoever polls it now. Whoever still
    /// waits is told.
    pub(super) fn cancel(&self) {
        // The build itself may be the last that keeps the scope, which then ends after it.
        let _used = ops::stay(&self.core);
        if self.build.cancel(&self.frame()) {
            self.end(Err(ResolveError::cancelled(self.node)));
        }
    }
}

/// Begins the build of an async slot, whose inputs are all there: a task then, unless its
/// version is what it would come to.
pub(super) fn start<'c>(core: &'c Arc<Core>, engine: &mut Locked<'c>, slot: u32) {
    let state = engine.state(slot);
    let (node, attempt) = (state.builder, state.attempt.number);
    let mut inputs = drive::take_inputs(state);
    let mut path = engine.waiting_for(attempt);
    path.push(node);
    match version::begin(core, engine, slot, &mut inputs) {
        Begun::Unchanged(old) => drive::settle(core, engine, slot, Ok(old)),
        Begun::Room { room, old } => {
            let claim = Claim { index: slot, attempt, room };
            let of = Of::Live { slot, old: Mutex::new(old) };
            let task = Task::new(core, node, path, claim, of);
            engine.relock();
            engine.tasks.push(task);
            engine.abandon_if_unwanted(slot);
            // Others have found it running meanwhile, and nobody to poll.
            core.notify();
        }
    }
}

/// One who waits for the async build of a fixed executor.
pub(super) struct Join<'c> {
    core: &'c Arc<Core>,
    task: std::sync::Arc<Task>,
    asked: usize,
    _waiting: cycle::Wait,
}

impl<'c> Join<'c> {
    /// Joins the build of a fixed async executor whose dependencies are prepared, and
    /// begins it if nobody has. None if its value is there.
    pub(super) fn new(
        core: &'c Arc<Core>,
        engine: &mut Locked<'c>,
        target: Target,
        above: &[fixed::Step],
        pinned: Option<&mut crate::value::Inputs>,
    ) -> Result<Option<Self>, ResolveError> {
        let in_flight = engine.building.attempt(target.key.index());
        let found = in_flight.and_then(|attempt| engine.task(attempt));
        let task = if let Some(task) = found {
            task
        } else {
            let claim = fixed::begin(core, engine, target, pinned)?;
            let Some(claim) = claim else { return Ok(None) };
            let path = above.iter().map(|step| step.target.builder).chain([target.builder]);
            let of = Of::Fixed { waiting: AtomicUsize::new(0) };
            let task = Task::new(core, target.builder, path.collect(), claim, of);
            engine.tasks.push(task.clone());
            task
        };
        let key = AttemptKey { core: Arc::as_ptr(core), attempt: task.attempt() };
        let waiting = cycle::wait_for(key, target.builder)?;
        let asked = engine.asked.insert(None);
        engine.joined.push((task.attempt(), asked));
        if let Of::Fixed { waiting } = &task.of {
            waiting.fetch_add(1, Ordering::Relaxed);
        }
        Ok(Some(Self { core, task, asked, _waiting: waiting }))
    }

    /// Whether the build has ended, and how.
    pub(super) fn poll(&mut self, context: &Context<'_>) -> Poll<Result<(), ResolveError>> {
        self.task.poll(context.waker());
        let mut engine = self.core.lock();
        match engine.asked[self.asked].take() {
            None => Poll::Pending,
            Some(Outcome::Failed(error)) => Poll::Ready(Err(error)),
            Some(_) => Poll::Ready(Ok(())),
        }
    }
}

impl Drop for Join<'_> {
    fn drop(&mut self) {
        let mut engine = self.core.lock();
        if let Some(Outcome::Failed(error)) = engine.asked.remove(self.asked) {
            engine.failed.push(error);
        }
        let asked = self.asked;
        engine.joined.retain(|(_, other)| *other != asked);
        let Of::Fixed { waiting } = &self.task.of else { return };
        if waiting.fetch_sub(1, Ordering::Relaxed) == 1 {
            // So that nobody joins what is about to be dropped.
            if let Some(task) = engine.remove_task(self.task.attempt()) {
                engine.abandoned.push(task);
            }
        }
    }
}
