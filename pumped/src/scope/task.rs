//! An async build. It belongs to the scope and not to whoever began it: everybody who
//! waits for it polls it, so one who is held and not polled hangs nobody. When the last
//! of them is gone it is dropped, and the next `get` begins anew.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::TryLockError;
use std::task::{Context, Poll, Wake, Waker};

use super::core::{Core, Locked, Target};
use super::engine::Outcome;
use super::fixed::{self, Claim};
use crate::cleanup::{CleanupVec, discard};
use crate::current::{self, AttemptKey, Frame, Role};
use crate::cycle;
use crate::error::ResolveError;
use crate::node::Node;
use crate::sync::{Arc, AtomicBool, AtomicUsize, Ordering};

type Build = Pin<Box<dyn Future<Output = Result<CleanupVec, ResolveError>> + Send>>;

/// An async build in flight.
pub(crate) struct Task {
    node: &'static Node,
    claim: Claim,
    /// None once it has ended. Whoever polls it has the lock, and nobody waits for that.
    build: std::sync::Mutex<Option<Build>>,
    /// Somebody came while it was polled, and has to look again.
    missed: AtomicBool,
    wakers: std::sync::Arc<Wakers>,
    /// Those who wait for it. Changed under the engine's lock.
    waiting: AtomicUsize,
}

/// Who is to be woken when a build can go on.
#[derive(Default)]
struct Wakers(std::sync::Mutex<Vec<Waker>>);

impl Wakers {
    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Waker>> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn add(&self, waker: &Waker) {
        let mut wakers = self.lock();
        if !wakers.iter().any(|other| other.will_wake(waker)) {
            wakers.push(waker.clone());
        }
    }

    fn wake_all(&self) {
        let wakers = std::mem::take(&mut *self.lock());
        wakers.into_iter().for_each(Waker::wake);
    }
}

impl Wake for Wakers {
    fn wake(self: std::sync::Arc<Self>) {
        self.wake_all();
    }

    fn wake_by_ref(self: &std::sync::Arc<Self>) {
        self.wake_all();
    }
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
        self.wakers.add(waker);
        self.missed.store(true, Ordering::SeqCst);
        while self.missed.load(Ordering::SeqCst) {
            let mut build = match self.build.try_lock() {
                Ok(build) => build,
                Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
                // Whoever has it looks at `missed` once more when it is done.
                Err(TryLockError::WouldBlock) => return,
            };
            self.missed.store(false, Ordering::SeqCst);
            let Some(running) = build.as_mut() else { return };
            let waker = Waker::from(self.wakers.clone());
            let frame = self.frame(core);
            let inside = current::enter(&frame);
            let mut context = Context::from_waker(&waker);
            let polled = catch_unwind(AssertUnwindSafe(|| running.as_mut().poll(&mut context)));
            let result = match polled {
                Ok(Poll::Pending) => continue,
                Ok(Poll::Ready(result)) => result,
                Err(payload) => Err(fixed::panicked(self.node, payload)),
            };
            // What it holds is let go of inside of the attempt.
            drop_quietly(build.take());
            drop(inside);
            drop(build);
            self.end(core, result);
            return;
        }
    }

    fn end(&self, core: &Arc<Core>, result: Result<CleanupVec, ResolveError>) {
        let mut engine = core.lock();
        engine.tasks.retain(|task| task.attempt() != self.attempt());
        engine.unlock();
        // Those who wait are told by the outcome.
        let _ = fixed::end(core, &mut engine, self.claim, result);
        drop(engine);
        self.wakers.wake_all();
    }

    /// Nobody waits any more: the build is dropped where it is.
    fn cancel(&self, core: &Arc<Core>) {
        let build = self.build.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take();
        if build.is_some() {
            let frame = self.frame(core);
            let inside = current::enter(&frame);
            drop_quietly(build);
            drop(inside);
            self.end(core, Err(ResolveError::cancelled(self.node)));
        }
    }
}

fn drop_quietly(build: Option<Build>) {
    if let Err(payload) = catch_unwind(AssertUnwindSafe(|| drop(build))) {
        discard(payload);
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
                build: std::sync::Mutex::new(Some(Box::pin(build))),
                missed: AtomicBool::new(false),
                wakers: std::sync::Arc::default(),
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
