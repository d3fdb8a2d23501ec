//! Cleanups: registered during a build, owned by the value, run exactly once.
//!
//! Whoever swaps the list out of the header runs it: the last holder of the
//! value (through `reclaim`), or `dispose`, whichever comes first. A list keeps
//! its scope's core, so that its errors always find someone to tell.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::mem::ManuallyDrop;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr::{self, NonNull};
use std::sync::PoisonError;

use crate::current::{self, Frame, Role};
use crate::error::{BoxError, CleanupError};
use crate::node::Node;
use crate::outcome::Cleaned;
use crate::reclaim;
use crate::scope::Core;
use crate::sync::{Arc, AtomicPtr, MutexGuard, Ordering};
use crate::value::{Handle, Header};

type Cleanup = Box<dyn FnOnce() -> Result<(), BoxError> + Send>;

/// The cleanups of one build, in the order of their registration.
pub(crate) type CleanupVec = Vec<Cleanup>;

/// The cleanups that a build has registered so far.
///
/// If no value takes them over, they run when the list is dropped.
pub(crate) struct CleanupList<'a> {
    node: &'static Node,
    core: Option<&'a Arc<Core>>,
    list: std::sync::Mutex<Vec<Cleanup>>,
}

impl<'a> CleanupList<'a> {
    #[inline]
    pub(crate) fn new(node: &'static Node, core: Option<&'a Arc<Core>>) -> Self {
        Self { node, core, list: std::sync::Mutex::new(Vec::new()) }
    }

    pub(crate) fn push<R: Cleaned>(&self, cleanup: impl FnOnce() -> R + Send + 'static) {
        let mut list = self.list.lock().unwrap_or_else(PoisonError::into_inner);
        list.push(Box::new(move || cleanup().into_result()));
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
        register(core, value, Pending(header), list);
    }
}

#[cold]
fn register(core: &Arc<Core>, value: &Header, pending: Pending, list: CleanupVec) {
    value.cleanups.set(Cleanups { core: core.clone(), list });
    registry(core).pending.insert(value.number(), pending);
}

impl Drop for CleanupList<'_> {
    fn drop(&mut self) {
        let list = self.list.get_mut().unwrap_or_else(PoisonError::into_inner);
        if !list.is_empty() {
            run(self.node, self.core, std::mem::take(list));
        }
    }
}

/// The cleanups of a value.
pub(crate) struct Cleanups {
    core: Arc<Core>,
    list: Vec<Cleanup>,
}

impl Cleanups {
    /// Runs them, the declared one first, then the registered ones, last first.
    ///
    /// # Safety
    /// The value behind `header` is alive.
    pub(crate) unsafe fn run(self, header: NonNull<Header>) {
        // SAFETY: the caller's promise.
        let node = unsafe { header.as_ref() }.node();
        let mut list = self.list;
        if let Some(declared) = node.cleanup {
            let header = Pending(header);
            // SAFETY: the caller's promise; the list is run before this returns.
            list.push(Box::new(move || unsafe { declared(header.get()) }));
        }
        run(node, Some(&self.core), list);
    }

    pub(crate) fn core(&self) -> Arc<Core> {
        self.core.clone()
    }
}

/// Runs the cleanups of a value that nobody is going to see.
pub(crate) fn run_discarded(node: &'static Node, core: &Arc<Core>, list: CleanupVec) {
    run(node, Some(core), list);
}

fn run(node: &'static Node, core: Option<&Arc<Core>>, list: Vec<Cleanup>) {
    let frame = Frame::new(core.map_or(ptr::null(), Arc::as_ptr), 0, node, Role::Cleanup);
    let _inside = current::enter(&frame);
    for cleanup in list.into_iter().rev() {
        let error = match catch_unwind(AssertUnwindSafe(cleanup)) {
            Ok(Ok(())) => continue,
            Ok(Err(source)) => CleanupError::new(node, source),
            Err(payload) => {
                let error = CleanupError::panicked(node, &*payload);
                discard(payload);
                error
            }
        };
        match core {
            Some(core) if core.executions.extensions.deal_with(core, &error) => {}
            Some(core) => registry(core).errors.push(error),
            None => report(error),
        }
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
        tracing::error!("{error}");
        #[cfg(not(feature = "tracing"))]
        eprintln!("pumped: {error}");
    }));
    if let Err(payload) = told {
        discard(payload);
    }
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

/// What a scope knows of cleanups: the values that still have some, by number,
/// and the errors so far.
pub(crate) struct Registry {
    pending: BTreeMap<u64, Pending>,
    errors: Vec<CleanupError>,
}

struct Pending(NonNull<Header>);

impl Pending {
    fn get(&self) -> NonNull<Header> {
        self.0
    }
}

// SAFETY: the header that it points to is shared between threads as a whole.
unsafe impl Send for Pending {}

impl Registry {
    pub(crate) fn new() -> Self {
        Self { pending: BTreeMap::new(), errors: Vec::new() }
    }
}

/// The registry, to put something into it.
fn registry(core: &Core) -> MutexGuard<'_, Registry> {
    core.has_cleanups.store(true, Ordering::Release);
    core.cleanups.lock()
}

/// The errors so far.
pub(crate) fn take_errors(core: &Core) -> Vec<CleanupError> {
    if core.has_cleanups.load(Ordering::Acquire) {
        std::mem::take(&mut core.cleanups.lock().errors)
    } else {
        Vec::new()
    }
}

/// The cleanups of the value `number` have run.
pub(crate) fn finish(core: &Core, number: u64) {
    core.cleanups.lock().pending.remove(&number);
    core.cleaned.notify_all();
}

/// The values that still have cleanups, with their executors.
pub(crate) fn pending(core: &Core) -> Vec<(u64, &'static Node)> {
    if !core.has_cleanups.load(Ordering::Acquire) {
        return Vec::new();
    }
    let registry = core.cleanups.lock();
    let values = registry.pending.iter();
    // SAFETY: a value stays in the registry, and so alive, until its cleanups have run.
    values.map(|(number, value)| (*number, unsafe { value.get().as_ref() }.node())).collect()
}

/// Runs the cleanups of the value `number`, whoever still holds it, or waits for
/// its last holder, who is about to run them.
pub(crate) fn run_one(core: &Core, number: u64) {
    let mut registry = core.cleanups.lock();
    while let Some(pending) = registry.pending.get(&number) {
        let header = pending.get();
        // SAFETY: what is in the registry is not freed: its last holder takes it out
        // first, under the lock that is held here.
        if let Some(value) = unsafe { Handle::share_if_held(header) } {
            drop(registry);
            if let Some(cleanups) = value.header().cleanups.take() {
                // SAFETY: `value` keeps it alive.
                unsafe { cleanups.run(header) };
                finish(core, number);
            }
            return;
        }
        drop(registry);
        // The last holder may be this thread, which then has it in its queue.
        reclaim::catch_up();
        registry = core.cleanups.lock();
        if registry.pending.contains_key(&number) {
            registry = core.cleaned.wait(registry);
        }
    }
}
