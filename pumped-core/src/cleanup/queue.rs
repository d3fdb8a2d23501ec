//! Cleanups that have to be awaited, with the values that they belong to: until they have
//! run, these hold what they were built from, so that it is cleaned up after them.
//!
//! Nobody owns the way through the queue: everybody who awaits it lets it go on, and
//! whoever gives up leaves it where it is.

use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::ptr::NonNull;
use std::task::Poll;

use super::registry::{Registry, to_put};
use super::{Cleanup, CleanupVec, NOT_AWAITED, end, frame, run_now, tell};
use crate::current;
use crate::error::BoxError;
use crate::extension::BoxFuture;
use crate::node::Node;
use crate::scope::{Core, ops};
use crate::shared::{Shared, drop_quietly, wake_all};
use crate::sync::{Arc, MutexGuard, Ordering};
use crate::value::{Handle, Header};

/// The cleanups that are left of one value.
pub(crate) struct Job {
    core: Arc<Core>,
    node: &'static Node,
    list: CleanupVec,
    /// The one that has begun.
    running: Option<BoxFuture<'static, Result<(), BoxError>>>,
    /// The value, unless nobody has ever seen it.
    value: Option<Handle>,
    /// What it was to be built from, if nobody has.
    _inputs: Vec<Handle>,
}

impl Job {
    pub(super) fn of(
        core: &Arc<Core>,
        node: &'static Node,
        list: CleanupVec,
        value: Handle,
    ) -> Self {
        Self {
            core: core.clone(),
            node,
            list,
            running: None,
            value: Some(value),
            _inputs: Vec::new(),
        }
    }

    /// The cleanups of a value that was never seen, and the live values that it was to be
    /// built from.
    pub(crate) fn of_nobody(
        core: &Arc<Core>,
        node: &'static Node,
        list: CleanupVec,
        inputs: &[Handle],
    ) -> Self {
        let inputs = if list.is_empty() { Vec::new() } else { inputs.to_vec() };
        Self { core: core.clone(), node, list, running: None, value: None, _inputs: inputs }
    }

    /// Runs and awaits what is left.
    async fn run(&mut self) {
        loop {
            if self.running.is_some() {
                let result = poll_fn(|context| {
                    let frame = frame(self.node, Some(&self.core));
                    let _inside = current::enter(&frame);
                    let Some(running) = &mut self.running else { return Poll::Ready(Ok(Ok(()))) };
                    let polled = || running.as_mut().poll(context);
                    let result = match catch_unwind(AssertUnwindSafe(polled)) {
                        Ok(Poll::Pending) => return Poll::Pending,
                        Ok(Poll::Ready(result)) => Ok(result),
                        Err(payload) => Err(payload),
                    };
                    drop_quietly(self.running.take());
                    Poll::Ready(result)
                })
                .await;
                tell(self.node, Some(&self.core), result);
            }
            match self.list.pop() {
                None => return,
                Some(Cleanup::Now(cleanup)) => run_now(self.node, Some(&self.core), cleanup),
                Some(Cleanup::Awaited(cleanup)) => self.begin(cleanup),
            }
        }
    }

    /// Begins a cleanup: its closure is the user's, and may do anything.
    fn begin(&mut self, cleanup: impl FnOnce() -> BoxFuture<'static, Result<(), BoxError>>) {
        let frame = frame(self.node, Some(&self.core));
        let _inside = current::enter(&frame);
        match catch_unwind(AssertUnwindSafe(cleanup)) {
            Ok(running) => self.running = Some(running),
            Err(payload) => tell(self.node, Some(&self.core), Err(payload)),
        }
    }

    /// Ends it where nothing can be awaited: what would have to be is an error.
    fn end(mut self) {
        if let Some(running) = self.running.take() {
            run_now(self.node, Some(&self.core), move || {
                drop(running);
                Err(NOT_AWAITED.into())
            });
        }
        while let Some(left) = self.list.pop() {
            end(self.node, Some(&self.core), left);
        }
    }

    fn is_empty(&self) -> bool {
        self.list.is_empty() && self.running.is_none()
    }
}

/// Puts what is left of a value's cleanups into the queue of its scope. If nothing is
/// left, the value goes.
pub(super) fn put(job: Job) {
    let core = job.core.clone();
    put_into(&core, to_put(&core), job);
}

fn put_into(core: &Core, mut registry: MutexGuard<'_, Registry>, job: Job) {
    let number = job.value.as_ref().map(|value| value.header().number());
    // In one step, so that it is in one of the two until its cleanups have run.
    if let Some(number) = number {
        registry.pending.remove(&number);
    }
    let done = if job.is_empty() {
        Some(job)
    } else {
        registry.queue.push_back(job);
        None
    };
    let watching = if done.is_none() { std::mem::take(&mut registry.watching) } else { Vec::new() };
    drop(registry);
    core.cleaned.notify_all();
    wake_all(watching);
    drop(done);
}

/// Wakes those who want to know of what is in the queue, at the end of the scope.
pub(crate) fn wake_watching(core: &Core) {
    if core.has_cleanups.load(Ordering::Acquire) {
        let watching = std::mem::take(&mut core.cleanups.lock().watching);
        wake_all(watching);
    }
}

/// Awaits what is in the queue, and what comes into it, until the scope has ended.
pub(crate) async fn keep_drained(core: Arc<Core>) {
    poll_fn(|context| {
        // The scope is in use while it is polled, and not in between.
        let Some(used) = ops::enter(&core) else { return Poll::Ready(()) };
        {
            let mut registry = to_put(&used);
            if !registry.watching.iter().any(|other| other.will_wake(context.waker())) {
                registry.watching.push(context.waker().clone());
            }
        }
        if pin!(drain(&used)).poll(context).is_pending() || !used.is_disposed() {
            Poll::Pending
        } else {
            Poll::Ready(())
        }
    })
    .await;
}

/// As [`put`], of a value whose last holder has just let go of it.
///
/// # Safety
/// As of [`Handle::revive`].
pub(crate) unsafe fn keep_for(core: &Arc<Core>, header: NonNull<Header>, rest: CleanupVec) {
    // In one step with the rest: whoever could hold the value before that would take its
    // cleanups for done.
    let registry = to_put(core);
    // SAFETY: the caller's promise.
    let value = unsafe { Handle::revive(header) };
    put_into(core, registry, Job::of(core, value.header().node(), rest, value));
}

/// A job that is being run. If it is given up in the middle, it goes back to where it
/// was, and whoever comes next goes on with it.
struct Running(Option<Job>);

impl Running {
    async fn run(mut self) {
        if let Some(job) = &mut self.0 {
            job.run().await;
        }
        // The value goes here, and what it was built from may follow.
        self.0 = None;
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(job) = self.0.take() {
            let core = job.core.clone();
            let mut registry = to_put(&core);
            registry.queue.push_front(job);
            let watching = std::mem::take(&mut registry.watching);
            drop(registry);
            wake_all(watching);
        }
    }
}

/// Runs and awaits these cleanups, here and now; if that is given up, they are in the queue.
pub(crate) async fn run_async(job: Job) {
    Running(Some(job)).run().await;
}

/// Awaits everything in the queue.
pub(crate) async fn drain(core: &Arc<Core>) {
    if current::is_in_cleanup(Arc::as_ptr(core)) {
        // It would wait for itself.
        return;
    }
    loop {
        let draining = {
            let mut registry = core.cleanups.lock();
            if registry.draining.is_none() && registry.queue.is_empty() {
                return;
            }
            let new = || std::sync::Arc::new(Shared::new(Box::pin(go_through(core.clone()))));
            registry.draining.get_or_insert_with(new).clone()
        };
        draining.wait().await;
        // Whoever was there last.
        let mut registry = core.cleanups.lock();
        let is_it = |other: &std::sync::Arc<_>| std::sync::Arc::ptr_eq(other, &draining);
        if registry.draining.as_ref().is_some_and(is_it) {
            registry.draining = None;
        }
    }
}

async fn go_through(core: Arc<Core>) {
    loop {
        let next = core.cleanups.lock().queue.pop_front();
        let Some(job) = next else { return };
        run_async(job).await;
    }
}

/// Ends everything in the queue where nothing can be awaited.
pub(crate) fn end_queue(core: &Arc<Core>) {
    let draining = core.cleanups.lock().draining.take();
    if let Some(draining) = draining
        && draining.take_back()
    {
        // The job that it was at is then in the queue again.
        draining.announce();
    }
    loop {
        let next = core.cleanups.lock().queue.pop_front();
        let Some(job) = next else { return };
        job.end();
    }
}
