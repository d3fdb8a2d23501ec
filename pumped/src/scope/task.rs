//! An async build. It belongs to the scope and not to whoever began it: everybody who
//! waits for it polls it. When the last of them is gone it is dropped, and the next `get`
//! begins anew.

use std::task::{Context, Poll, Waker};

use super::core::{Core, Locked, Target};
use super::engine::Outcome;
use super::fixed::{self, Claim};
use crate::cleanup::CleanupVec;
use crate::current::{AttemptKey, Frame, Role};
use crate::cycle;
use crate::error::ResolveError;
use crate::node::Node;
use crate::shared::Shared;
use crate::sync::{Arc, AtomicUsize, Ordering};

/// An async build in flight.
pub(crate) struct Task {
    node: &'static Node,
    claim: Claim,
    build: Shared<Result<CleanupVec, ResolveError>>,
    /// Those who wait for it. Changed under the engine's lock.
    waiting: AtomicUsize,
}

impl Task {
    pub(crate) fn attempt(&self) -> u64 {
        self.claim.attempt
    }

    fn frame(&self, core: &Arc<Core>) -> Frame {
        Frame::new(Arc::as_ptr(core), self.claim.attempt, self.node, Role::Build)
    }

    /// Lets the build go on, unless somebody else does.
    fn poll(&self, core: &Arc<Core>, waker: &Waker) {
        let ended = self.build.poll(waker, || Some(self.frame(core)));
        if let Some(ended) = ended {
            let panicked = |payload| Err(fixed::panicked(self.node, payload));
            self.end(core, ended.unwrap_or_else(panicked));
        }
    }

    fn end(&self, core: &Arc<Core>, result: Result<CleanupVec, ResolveError>) {
        let mut engine = core.lock();
        engine.tasks.retain(|task| task.attempt() != self.attempt());
        engine.unlock();
        // Those who wait are told by the outcome.
        let _ = fixed::end(core, &mut engine, self.claim, result);
        drop(engine);
        self.build.announce();
    }

    /// Drops the build where it is. Whoever still waits is told.
    pub(super) fn cancel(&self, core: &Arc<Core>) {
        if self.build.cancel(Some(&self.frame(core))) {
            self.end(core, Err(ResolveError::cancelled(self.node)));
        }
    }
}

/// One who waits for an async build.
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
            let build = fixed::run_async(core.clone(), target.builder, path.collect(), claim);
            let task = std::sync::Arc::new(Task {
                node: target.builder,
                claim,
                build: Shared::new(Box::pin(build)),
                waiting: AtomicUsize::new(0),
            });
            engine.tasks.push(task.clone());
            task
        };
        let key = AttemptKey { core: Arc::as_ptr(core), attempt: task.attempt() };
        let waiting = cycle::wait_for(key, target.builder)?;
        let asked = engine.asked.insert(None);
        engine.joined.push((task.attempt(), asked));
        task.waiting.fetch_add(1, Ordering::Relaxed);
        Ok(Some(Self { core, task, asked, _waiting: waiting }))
    }

    pub(super) fn is_for(&self, attempt: u64) -> bool {
        self.task.attempt() == attempt
    }

    /// Whether the build has ended, and how.
    pub(super) fn poll(&mut self, context: &Context<'_>) -> Poll<Result<(), ResolveError>> {
        self.task.poll(self.core, context.waker());
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
        let is_last = self.task.waiting.fetch_sub(1, Ordering::Relaxed) == 1;
        if is_last {
            // So that nobody joins what is about to be dropped.
            let attempt = self.task.attempt();
            engine.tasks.retain(|task| task.attempt() != attempt);
        }
        drop(engine);
        if is_last {
            self.task.cancel(self.core);
        }
    }
}
