//! Taking a value apart once its last holder is gone: cleanups, the value, then
//! the values that it was built from.
//!
//! What becomes free meanwhile waits in a queue of the thread and is taken apart
//! by the outermost call, newest first. A chain of any length is a loop here.

use std::cell::{Cell, RefCell};
use std::collections::BinaryHeap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr::NonNull;

use crate::cleanup::{discard, finish, keep_for, report};
use crate::error::CleanupError;
use crate::scope::{Core, teardown};
use crate::sync::Arc;
use crate::value::{self, Header};

struct Queue {
    busy: Cell<bool>,
    /// Whether something was put into one of the lists since they were both empty.
    more: Cell<bool>,
    waiting: RefCell<BinaryHeap<Waiting>>,
    /// Scopes whose last handle went meanwhile.
    ended: RefCell<Vec<Arc<Core>>>,
}

struct Waiting {
    number: u64,
    header: NonNull<Header>,
}

impl PartialEq for Waiting {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number
    }
}

impl Eq for Waiting {}

impl PartialOrd for Waiting {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Waiting {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.number.cmp(&other.number)
    }
}

#[cfg(not(loom))]
thread_local! {
    static QUEUE: Queue = const {
        Queue {
            busy: Cell::new(false),
            more: Cell::new(false),
            waiting: RefCell::new(BinaryHeap::new()),
            ended: RefCell::new(Vec::new()),
        }
    };
}

#[cfg(loom)]
loom::thread_local! {
    static QUEUE: Queue =
        Queue {
            busy: Cell::new(false),
            more: Cell::new(false),
            waiting: RefCell::new(BinaryHeap::new()),
            ended: RefCell::new(Vec::new()),
        };
}

/// Takes the value apart, now or as soon as this thread is done with another.
///
/// # Safety
/// The caller let go of the last count of `header`.
#[cold]
pub(crate) unsafe fn reclaim(header: NonNull<Header>) {
    let in_order = QUEUE.try_with(|queue| {
        if queue.busy.replace(true) {
            // SAFETY: the header is alive until it is taken apart.
            let number = unsafe { header.as_ref() }.number();
            queue.waiting.borrow_mut().push(Waiting { number, header });
            queue.more.set(true);
        } else {
            // SAFETY: the caller's promise.
            unsafe { take_apart(header) };
            queue.drain();
        }
    });
    if in_order.is_err() {
        // The thread is ending and the queue is gone: inputs follow by recursion.
        // SAFETY: the caller's promise.
        unsafe { take_apart(header) };
    }
}

/// Runs `f` and takes apart what became free in it only afterwards.
pub(crate) fn deferred<R>(f: impl FnOnce() -> R) -> R {
    let outermost = QUEUE.try_with(|queue| !queue.busy.replace(true)).is_ok_and(|first| first);
    let result = f();
    if outermost {
        let _ = QUEUE.try_with(Queue::drain);
    }
    result
}

impl Queue {
    /// Takes apart everything that waits, and is no longer busy.
    #[inline]
    fn drain(&self) {
        if self.more.get() {
            self.empty();
        }
        self.busy.set(false);
    }

    #[cold]
    fn empty(&self) {
        loop {
            while let Some(next) = self.next() {
                // SAFETY: whoever queued it let go of its last count.
                unsafe { take_apart(next.header) };
            }
            let ended = self.ended.borrow_mut().pop();
            match ended {
                Some(core) => teardown::tear_down(&core),
                None => break,
            }
        }
        self.more.set(false);
    }

    #[inline]
    fn next(&self) -> Option<Waiting> {
        // What is empty on most days is not worth the heap's own steps.
        if self.more.get() { self.waiting.borrow_mut().pop() } else { None }
    }
}

/// Tears a scope down, now or as soon as this thread is done with taking values
/// apart: a cleanup that drops the last handle must not wait for itself.
pub(crate) fn tear_down(core: &Arc<Core>) {
    let later = QUEUE.try_with(|queue| {
        let busy = queue.busy.get();
        if busy {
            queue.ended.borrow_mut().push(core.clone());
            queue.more.set(true);
        }
        busy
    });
    if !later.is_ok_and(|later| later) {
        teardown::tear_down(core);
    }
}

/// Takes apart what waits, from inside of [`deferred`].
#[inline]
pub(crate) fn catch_up() {
    let next = || QUEUE.try_with(Queue::next).ok().flatten();
    while let Some(next) = next() {
        // SAFETY: whoever queued it let go of its last count.
        unsafe { take_apart(next.header) };
    }
}

/// # Safety
/// Nobody holds the value, and nobody else takes it apart.
pub(crate) unsafe fn take_apart(header: NonNull<Header>) {
    // SAFETY: alive until `dismantle`.
    if unsafe { header.as_ref() }.is_plain_data() {
        // SAFETY: there is nothing to drop, and nobody reads it.
        unsafe { value::dismantle(header) };
    } else {
        // SAFETY: the caller's promise.
        unsafe { take_apart_in_order(header) };
    }
}

/// # Safety
/// As [`take_apart`].
unsafe fn take_apart_in_order(header: NonNull<Header>) {
    // SAFETY: alive until `dismantle`.
    let (node, number) = unsafe { (header.as_ref().node(), header.as_ref().number()) };
    // SAFETY: as above.
    let cleanups = unsafe { header.as_ref() }.cleanups.take();
    let mut core = None;
    if let Some(cleanups) = cleanups {
        let core = core.insert(cleanups.core().clone());
        // SAFETY: the value is dropped only below.
        let rest = unsafe { cleanups.run(header) };
        if !rest.is_empty() {
            // SAFETY: it is not taken apart here, but once these have been awaited.
            return unsafe { keep_for(core, header, rest) };
        }
        finish(core, number);
    }
    if let Some(drop_value) = node.drop_value {
        // SAFETY: nobody will read the value again.
        let dropped = catch_unwind(AssertUnwindSafe(|| unsafe { drop_value(header) }));
        if let Err(payload) = dropped {
            report(CleanupError::panicked(node, &*payload));
            discard(payload);
        }
    }
    // SAFETY: alive until `dismantle`.
    let keeper = unsafe { header.as_ref() }.release_keeper();
    if let Some(keeper) = &keeper {
        keeper.release_inputs_of(node);
    }
    // SAFETY: dropped above, and nobody reads it; an arena that holds it is kept by `keeper`.
    unsafe { value::dismantle(header) };
    drop((core, keeper));
}
