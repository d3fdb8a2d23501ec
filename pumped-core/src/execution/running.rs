//! Which executions are running: for `dispose`, which waits for them.
//!
//! One counter for all would cost several threads most of what they could do, so there
//! are some, each on a cache line of its own, and a thread keeps to one of them.

use std::ptr;
use std::task::Waker;

use crate::current;
use crate::keyed::Keyed;
use crate::scope::Core;
use crate::shared::wake_all;
use crate::sync::{AtomicBool, AtomicPtr, AtomicUsize, Mutex, Ordering, fence_in_models};

/// Loom's threads share what is local to a thread of the system.
const SHARDS: usize = if cfg!(loom) { 1 } else { 16 };

/// The executions that threads of one number have begun and not ended.
#[repr(align(128))]
struct Shard {
    blocking: AtomicUsize,
    asynchronous: AtomicUsize,
    /// The async ones that wait for something, and are to be woken if they are to end.
    sleepers: Mutex<Keyed<Waker>>,
}

/// The running executions of a scope. The counters are made for the first one.
pub(crate) struct Running {
    shards: AtomicPtr<[Shard; SHARDS]>,
    /// Whether nothing new may begin. Set before the counters are read, and read after
    /// one was raised: either the execution sees it or `dispose` sees the execution.
    closing: AtomicBool,
    /// Whether nothing at all may begin, wherever it is: all that had begun has ended.
    closed: AtomicBool,
    /// Whether whatever is still running is to end.
    stopped: AtomicBool,
}

/// An execution that is running, until this is dropped.
pub(crate) struct Mark<'c> {
    core: &'c Core,
    shard: &'c Shard,
    count: &'c AtomicUsize,
}

/// The place of an async execution among those that wait.
pub(super) struct Sleeper<'m> {
    mark: &'m Mark<'m>,
    /// Where it is, and who is woken.
    key: Option<(usize, Waker)>,
}

/// Which executions are meant.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Which {
    Blocking,
    Async,
}

impl Running {
    pub(crate) fn new() -> Self {
        let no = || AtomicBool::new(false);
        let shards = AtomicPtr::new(ptr::null_mut());
        Self { shards, closing: no(), closed: no(), stopped: no() }
    }

    /// Begins an execution of `core`; None if it is too late, and this thread is not
    /// inside of something that has begun before.
    #[inline]
    pub(crate) fn begin(core: &Core, which: Which) -> Option<Mark<'_>> {
        let running = &core.executions.running;
        let shard = &running.shards()[current::thread_number() % SHARDS];
        let count = match which {
            Which::Blocking => &shard.blocking,
            Which::Async => &shard.asynchronous,
        };
        count.fetch_add(1, Ordering::SeqCst);
        fence_in_models();
        // A mark is made where it stays: to move one costs more than the rest of this.
        if running.closing.load(Ordering::SeqCst) && running.is_refused(core) {
            drop(Mark { core, shard, count });
            return None;
        }
        Some(Mark { core, shard, count })
    }

    /// Whether it is too late for this thread. A `dispose` that refuses closes the door
    /// for a moment, under the lock.
    #[cold]
    fn is_refused(&self, core: &Core) -> bool {
        self.closed.load(Ordering::SeqCst) || !core.lock().is_open_to_me(core)
    }

    #[inline]
    fn shards(&self) -> &[Shard; SHARDS] {
        let shards = self.shards.load(Ordering::Acquire);
        // SAFETY: once made, they live as long as `self`.
        unsafe { shards.as_ref() }.unwrap_or_else(|| self.make())
    }

    #[cold]
    fn make(&self) -> &[Shard; SHARDS] {
        let new: Box<[Shard; SHARDS]> = Box::new(std::array::from_fn(|_| Shard {
            blocking: AtomicUsize::new(0),
            asynchronous: AtomicUsize::new(0),
            sleepers: Mutex::new(Keyed::new()),
        }));
        let new = Box::into_raw(new);
        let null = ptr::null_mut();
        match self.shards.compare_exchange(null, new, Ordering::AcqRel, Ordering::Acquire) {
            // SAFETY: it is `self`'s now.
            Ok(_) => unsafe { &*new },
            Err(other) => {
                // SAFETY: nobody else has seen it.
                drop(unsafe { Box::from_raw(new) });
                // SAFETY: another thread was first, and made them for `self`.
                unsafe { &*other }
            }
        }
    }

    /// From now on nothing begins from outside.
    pub(crate) fn close(&self) {
        self.closing.store(true, Ordering::SeqCst);
        fence_in_models();
    }

    /// From now on nothing begins, not even inside of what `dispose` runs itself.
    pub(crate) fn end(&self) {
        self.closed.store(true, Ordering::SeqCst);
    }

    /// Takes [`close`](Self::close) back.
    pub(crate) fn reopen(&self) {
        self.closing.store(false, Ordering::SeqCst);
    }

    /// Has whatever is still running end, as far as it can be told.
    pub(crate) fn stop(&self) {
        self.stopped.store(true, Ordering::SeqCst);
        let shards = self.shards.load(Ordering::SeqCst);
        // SAFETY: once made, they live as long as `self`.
        let Some(shards) = (unsafe { shards.as_ref() }) else { return };
        for shard in shards {
            let wakers: Vec<Waker> = shard.sleepers.lock().iter().cloned().collect();
            wake_all(wakers);
        }
    }

    /// Whether whatever is still running is to end.
    #[inline]
    pub(super) fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    /// Whether everything that had begun has ended, after [`close`](Self::close).
    ///
    /// Looks twice: what is inside of an execution may begin on a counter that was read
    /// already, before its outer one ends on another.
    pub(crate) fn is_over(&self) -> bool {
        self.has_none(Which::Blocking) && self.has_none(Which::Async)
    }

    /// Whether none of these is running, after [`close`](Self::close).
    pub(crate) fn has_none(&self, which: Which) -> bool {
        let shards = self.shards.load(Ordering::SeqCst);
        // SAFETY: once made, they live as long as `self`.
        let Some(shards) = (unsafe { shards.as_ref() }) else { return true };
        let count = |shard: &Shard| match which {
            Which::Blocking => shard.blocking.load(Ordering::SeqCst),
            Which::Async => shard.asynchronous.load(Ordering::SeqCst),
        };
        let is_quiet = || shards.iter().all(|shard| count(shard) == 0);
        is_quiet() && is_quiet()
    }
}

impl Mark<'_> {
    /// An async execution that does not wait yet.
    pub(super) fn sleeper(&self) -> Sleeper<'_> {
        Sleeper { mark: self, key: None }
    }
}

impl Sleeper<'_> {
    #[inline]
    pub(super) fn is_stopped(&self) -> bool {
        self.mark.core.executions.running.is_stopped()
    }

    /// Has `waker` woken if the execution is to end. Whether it is to end already.
    pub(super) fn sleep(&mut self, waker: &Waker) -> bool {
        if self.key.as_ref().is_none_or(|(_, known)| !known.will_wake(waker)) {
            let mut sleepers = self.mark.shard.sleepers.lock();
            let before = self.key.take().map(|(key, known)| (sleepers.remove(key), known));
            self.key = Some((sleepers.insert(waker.clone()), waker.clone()));
            drop(sleepers);
            drop(before);
        }
        self.mark.core.executions.running.stopped.load(Ordering::SeqCst)
    }
}

impl Drop for Sleeper<'_> {
    fn drop(&mut self) {
        if let Some((key, _)) = self.key {
            let waker = self.mark.shard.sleepers.lock().remove(key);
            drop(waker);
        }
    }
}

impl Drop for Mark<'_> {
    #[inline]
    fn drop(&mut self) {
        self.count.fetch_sub(1, Ordering::SeqCst);
        fence_in_models();
        if self.core.executions.running.closing.load(Ordering::SeqCst) {
            let _engine = self.core.lock();
            self.core.notify();
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let shards = self.shards.load(Ordering::Acquire);
        if !shards.is_null() {
            // SAFETY: `make` boxed them for `self`, and nobody borrows it any more.
            drop(unsafe { Box::from_raw(shards) });
        }
    }
}
