//! Cleanups: registered during a build, owned by the value, run exactly once.
//!
//! Whoever swaps the list out of the header runs it: the last holder of the
//! value (through `reclaim`), or `dispose`, whichever comes first. From the first one
//! that has to be awaited on, the list waits in the scope's queue (`queue.rs`), and with
//! it the value. A list keeps its scope's core, so that its errors always find someone to
//! tell.

mod queue;
mod registry;

use std::fmt::Display;
use std::future::Future;
use std::mem::ManuallyDrop;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr::{self, NonNull};
use std::sync::PoisonError;

pub(crate) use self::queue::{
    Job, drain, end_queue, keep_drained, keep_for, run_async, wake_watching,
};
pub(crate) use self::registry::{Registry, finish, pending, run_one, take_errors};

use crate::current::{self, Frame, Role};
use crate::error::{BoxError, CleanupError};
use crate::extension::BoxFuture;
use crate::node::Node;
use crate::outcome::Cleaned;
use crate::scope::Core;
use crate::sync::{Arc, AtomicPtr, Ordering};
use crate::value::{Handle, Header};

/// One cleanup.
pub(crate) enum Cleanup {
    Now(Box<dyn FnOnce() -> Result<(), BoxError> + Send>),
    /// One that has to be awaited.
    Awaited(Box<dyn FnOnce() -> BoxFuture<'static, Result<(), BoxError>> + Send>),
}

/// The cleanups of one build, in the order of their registration. It comes out of every
/// build, and most register none: so it is one pointer.
#[derive(Default)]
#[expect(clippy::box_collection, reason = "one pointer")]
pub(crate) struct CleanupVec(Option<Box<Vec<Cleanup>>>);

impl CleanupVec {
    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.0.as_ref().is_none_or(|list| list.is_empty())
    }

    fn push(&mut self, cleanup: Cleanup) {
        self.0.get_or_insert_default().push(cleanup);
    }

    /// The one that was registered last.
    fn pop(&mut self) -> Option<Cleanup> {
        self.0.as_mut()?.pop()
    }
}

/// The cleanups that a build has registered so far.
///
/// If no value takes them over, they run when the list is dropped.
pub(crate) struct CleanupList<'a> {
    node: &'static Node,
    core: Option<&'a Arc<Core>>,
    /// The live values that the build sees, in the order of their parameters: if there comes
    /// nothing of it, these are to stay until the cleanups have run.
    pinned: &'a [Handle],
    list: std::sync::Mutex<CleanupVec>,
}

impl<'a> CleanupList<'a> {
    #[inline]
    pub(crate) fn new(
        node: &'static Node,
        core: Option<&'a Arc<Core>>,
        pinned: &'a [Handle],
    ) -> Self {
        Self { node, core, pinned, list: std::sync::Mutex::new(CleanupVec::default()) }
    }

    pub(crate) fn push<R: Cleaned>(&self, cleanup: impl FnOnce() -> R + Send + 'static) {
        self.add(Cleanup::Now(Box::new(move || cleanup().into_result())));
    }

    pub(crate) fn push_async<F>(&self, cleanup: impl FnOnce() -> F + Send + 'static)
    where
        F: Future<Output: Cleaned> + Send + 'static,
    {
        self.add(Cleanup::Awaited(Box::new(move || {
            let cleaning = cleanup();
            Box::pin(async move { cleaning.await.into_result() })
        })));
    }

    fn add(&self, cleanup: Cleanup) {
        self.list.lock().unwrap_or_else(PoisonError::into_inner).push(cleanup);
    }

    /// The live values that the build sees.
    #[inline]
    pub(crate) fn pinned(&self) -> &'a [Handle] {
        self.pinned
    }

    /// The cleanups, for a value to have.
    #[inline]
    pub(crate) fn into_vec(self) -> CleanupVec {
        let this = ManuallyDrop::new(self);
        // SAFETY: the list is moved out of what is neither used nor dropped any more.
        let list = unsafe { ptr::read(&raw const this.list) };
        list.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for CleanupList<'_> {
    fn drop(&mut self) {
        let list = self.list.get_mut().unwrap_or_else(PoisonError::into_inner);
        if list.is_empty() {
            return;
        }
        let mut rest = run(self.node, self.core, std::mem::take(list));
        if let Some(core) = self.core {
            return queue::put(Job::of_nobody(core, self.node, rest, self.pinned));
        }
        while let Some(left) = rest.pop() {
            end(self.node, None, left);
        }
    }
}

/// Hands cleanups over to the value that was built. Call it before the value is
/// published, once it has its number.
///
/// # Safety
/// The value is alive.
#[inline]
pub(crate) unsafe fn attach(core: &Arc<Core>, header: NonNull<Header>, list: CleanupVec) {
    // SAFETY: the caller's promise.
    let value = unsafe { header.as_ref() };
    if !list.is_empty() || value.node().cleanup.is_some() {
        value.set_registered();
        value.cleanups.set(Cleanups { core: core.clone(), list });
        registry::add(core, header);
    }
}

/// The cleanups of a value.
pub(crate) struct Cleanups {
    core: Arc<Core>,
    list: CleanupVec,
}

impl Cleanups {
    /// Runs them, the declared one first, then the registered ones, last first. Returns
    /// what is left if one has to be awaited.
    ///
    /// # Safety
    /// The value behind `header` is alive.
    pub(crate) unsafe fn run(self, header: NonNull<Header>) -> CleanupVec {
        // SAFETY: the caller's promise.
        let node = unsafe { header.as_ref() }.node();
        let mut list = self.list;
        if let Some(declared) = node.cleanup {
            let header = registry::Pending(header);
            // SAFETY: the caller's promise; it is the first to run, before this returns.
            list.push(Cleanup::Now(Box::new(move || unsafe { declared(header.get()) })));
        }
        run(node, Some(&self.core), list)
    }

    pub(crate) fn core(&self) -> &Arc<Core> {
        &self.core
    }
}

/// Runs the cleanups of a value that nobody is going to see, which was built from `inputs`.
pub(crate) fn run_discarded(
    node: &'static Node,
    core: &Arc<Core>,
    list: CleanupVec,
    inputs: &[Handle],
) {
    queue::put(Job::of_nobody(core, node, run(node, Some(core), list), inputs));
}

/// Runs cleanups, last first, up to one that has to be awaited. Returns that one, and
/// those before it.
fn run(node: &'static Node, core: Option<&Arc<Core>>, mut list: CleanupVec) -> CleanupVec {
    while let Some(cleanup) = list.pop() {
        match cleanup {
            Cleanup::Now(cleanup) => run_now(node, core, cleanup),
            Cleanup::Awaited(_) => {
                list.push(cleanup);
                break;
            }
        }
    }
    list
}

fn run_now(
    node: &'static Node,
    core: Option<&Arc<Core>>,
    cleanup: impl FnOnce() -> Result<(), BoxError>,
) {
    let frame = frame(node, core);
    let _inside = current::enter(&frame);
    let result = catch_unwind(AssertUnwindSafe(cleanup));
    tell(node, core, result);
}

/// Ends what is left of a list where nothing can be awaited.
fn end(node: &'static Node, core: Option<&Arc<Core>>, cleanup: Cleanup) {
    match cleanup {
        Cleanup::Now(cleanup) => run_now(node, core, cleanup),
        Cleanup::Awaited(cleanup) => run_now(node, core, move || {
            drop(cleanup);
            Err(NOT_AWAITED.into())
        }),
    }
}

/// What is said of a cleanup that was to be awaited where nothing can be.
const NOT_AWAITED: &str =
    "its cleanup is async and was not run: end the scope with `dispose_async().await`";

/// The frame that cleanups of `node` run in.
fn frame(node: &'static Node, core: Option<&Arc<Core>>) -> Frame {
    Frame::new(core.map_or(ptr::null(), Arc::as_ptr), 0, node, Role::Cleanup)
}

/// Tells of a cleanup that has ended badly.
fn tell(
    node: &'static Node,
    core: Option<&Arc<Core>>,
    result: std::thread::Result<Result<(), BoxError>>,
) {
    let error = match result {
        Ok(Ok(())) => return,
        Ok(Err(source)) => CleanupError::new(node, source),
        Err(payload) => {
            let error = CleanupError::panicked(node, &*payload);
            discard(payload);
            error
        }
    };
    match core {
        Some(core) if core.executions.extensions.deal_with(core, &error) => {}
        Some(core) => registry::keep(core, error),
        None => report(error),
    }
}

/// Drops the payload of a panic, which may panic itself, and so on: what has not
/// come to an end after a few is given up.
pub(crate) fn discard(mut payload: Box<dyn std::any::Any + Send>) {
    const PATIENCE: u32 = 8;
    for _ in 0..PATIENCE {
        match catch_unwind(AssertUnwindSafe(|| drop(payload))) {
            Ok(()) => return,
            Err(again) => payload = again,
        }
    }
    std::mem::forget(payload);
}

/// Tells of an error that nobody is left to return to. What it says, and its end, are
/// the user's code: neither may unwind into ours.
pub(crate) fn report(error: impl Display) {
    let told = catch_unwind(AssertUnwindSafe(move || {
        #[cfg(feature = "tracing")]
        if somebody_listens() {
            return tracing::error!(target: "pumped", "{error}");
        }
        eprintln!("pumped: {error}");
    }));
    if let Err(payload) = told {
        discard(payload);
    }
}

/// Whether an event comes anywhere: any crate of a program may have turned the feature on.
#[cfg(feature = "tracing")]
fn somebody_listens() -> bool {
    use tracing::subscriber::NoSubscriber;
    tracing::dispatcher::get_default(|dispatch| !dispatch.is::<NoSubscriber>())
}

/// The place of a value's cleanups in its header.
pub(crate) struct CleanupSlot(AtomicPtr<Cleanups>);

impl CleanupSlot {
    pub(crate) fn new() -> Self {
        Self(AtomicPtr::new(ptr::null_mut()))
    }

    fn set(&self, cleanups: Cleanups) {
        self.0.store(Box::into_raw(Box::new(cleanups)), Ordering::Release);
    }

    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.0.load(Ordering::Relaxed).is_null()
    }

    /// Takes the cleanups; only one caller gets them.
    #[inline]
    pub(crate) fn take(&self) -> Option<Cleanups> {
        if self.is_empty() {
            return None;
        }
        let cleanups = self.0.swap(ptr::null_mut(), Ordering::AcqRel);
        // SAFETY: `set` boxed it, and the swap gave it to us alone.
        (!cleanups.is_null()).then(|| *unsafe { Box::from_raw(cleanups) })
    }
}
