//! What a scope knows of cleanups: the values that still have some, and the errors so far.

use std::collections::VecDeque;
use std::ptr::NonNull;
use std::task::Waker;

use super::queue::{self, Job};
use crate::error::CleanupError;
use crate::maps::HashMap;
use crate::node::Node;
use crate::reclaim;
use crate::scope::Core;
use crate::shared::Shared;
use crate::sync::{Arc, MutexGuard, Ordering};
use crate::value::{Handle, Header};

pub(crate) struct Registry {
    /// The values that have cleanups, by number. One that is in the queue is not here.
    pub(super) pending: HashMap<u64, Pending>,
    errors: Vec<CleanupError>,
    /// What has to be awaited, the oldest first.
    pub(super) queue: VecDeque<Job>,
    /// Those who want to know when there is something in the queue.
    pub(super) watching: Vec<Waker>,
    /// Who goes through the queue.
    pub(super) draining: Option<std::sync::Arc<Shared<()>>>,
}

/// The address of a value that has cleanups.
pub(super) struct Pending(pub(super) NonNull<Header>);

impl Pending {
    pub(super) fn get(&self) -> NonNull<Header> {
        self.0
    }
}

// SAFETY: the header that it points to is shared between threads as a whole.
unsafe impl Send for Pending {}

impl Registry {
    pub(crate) fn new() -> Self {
        Self {
            pending: HashMap::default(),
            errors: Vec::new(),
            queue: VecDeque::new(),
            watching: Vec::new(),
            draining: None,
        }
    }
}

/// The registry, to put something into it.
pub(super) fn to_put(core: &Core) -> MutexGuard<'_, Registry> {
    core.has_cleanups.store(true, Ordering::Release);
    core.cleanups.lock()
}

/// Notes a value that has cleanups.
#[cold]
pub(super) fn add(core: &Core, header: NonNull<Header>) {
    // SAFETY: whoever attaches cleanups holds the value.
    let number = unsafe { header.as_ref() }.number();
    to_put(core).pending.insert(number, Pending(header));
}

/// Keeps an error for `dispose`.
pub(super) fn keep(core: &Core, error: CleanupError) {
    to_put(core).errors.push(error);
}

/// The errors so far.
pub(crate) fn take_errors(core: &Core) -> Vec<CleanupError> {
    if core.has_cleanups.load(Ordering::Acquire) {
        std::mem::take(&mut core.cleanups.lock().errors)
    } else {
        Vec::new()
    }
}

/// The cleanups of the value `number` have all run.
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

/// Runs the cleanups of the value `number`, whoever still holds it, or waits for its
/// last holder, who is about to run them. What has to be awaited is then in the queue.
pub(crate) fn run_one(core: &Arc<Core>, number: u64) {
    let mut registry = core.cleanups.lock();
    while let Some(pending) = registry.pending.get(&number) {
        let header = pending.get();
        // SAFETY: what is in the registry is not freed: its last holder takes it out
        // first, under the lock that is held here.
        if let Some(value) = unsafe { Handle::share_if_held(header) } {
            drop(registry);
            if let Some(cleanups) = value.header().cleanups.take() {
                // SAFETY: `value` keeps it alive.
                let rest = unsafe { cleanups.run(header) };
                queue::put(Job::of(core, value.header().node(), rest, value));
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
