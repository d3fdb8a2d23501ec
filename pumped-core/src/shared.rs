//! A future that belongs to nobody: everybody who waits for what it brings polls it, so one
//! who is held and not polled hangs nobody.

use std::any::Any;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll, Wake, Waker};

use crate::cleanup::discard;
use crate::current::{self, Frame};
use crate::sync::{AtomicBool, AtomicUsize, Mutex, Ordering};

type Pinned<T> = Pin<Box<dyn Future<Output = T> + Send>>;

pub(crate) struct Shared<T> {
    /// None once it has ended. Whoever polls it has the lock, and nobody waits for that.
    future: Mutex<Option<Pinned<T>>>,
    /// The thread that has the lock to poll it.
    polled_by: AtomicUsize,
    /// Somebody came while it was polled, and has to look again.
    missed: AtomicBool,
    /// It is to be dropped, and not polled any more.
    is_cancelled: AtomicBool,
    /// Whether everybody may know that it has ended.
    over: AtomicBool,
    wakers: std::sync::Arc<Wakers>,
}

/// How a future has ended that brought nothing.
pub(crate) enum Stopped {
    Panicked(Box<dyn Any + Send>),
    Cancelled,
}

/// Who is to be woken when the future can go on.
struct Wakers(Mutex<Vec<Waker>>);

impl Wakers {
    fn add(&self, waker: &Waker) {
        let mut wakers = self.0.lock();
        if !wakers.iter().any(|other| other.will_wake(waker)) {
            wakers.push(waker.clone());
        }
    }

    fn wake_all(&self) {
        let wakers = std::mem::take(&mut *self.0.lock());
        wake_all(wakers);
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

impl<T> Shared<T> {
    pub(crate) fn new(future: Pinned<T>) -> Self {
        Self {
            future: Mutex::new(Some(future)),
            polled_by: AtomicUsize::new(0),
            missed: AtomicBool::new(false),
            is_cancelled: AtomicBool::new(false),
            over: AtomicBool::new(false),
            wakers: std::sync::Arc::new(Wakers(Mutex::new(Vec::new()))),
        }
    }

    /// Lets it go on, inside of a frame, unless somebody else does. Whoever is told how it
    /// has ended has to [`announce`](Self::announce) it.
    pub(crate) fn poll(
        &self,
        waker: &Waker,
        frame: impl Fn() -> Option<Frame>,
    ) -> Option<Result<T, Stopped>> {
        self.wakers.add(waker);
        self.missed.store(true, Ordering::SeqCst);
        while self.missed.load(Ordering::SeqCst) {
            // Whoever has it looks at `missed` once more when it is done.
            let mut future = self.future.try_lock()?;
            self.missed.store(false, Ordering::SeqCst);
            let running = future.as_mut()?;
            let waker = Waker::from(self.wakers.clone());
            let mut context = Context::from_waker(&waker);
            let frame = frame();
            let inside = frame.as_ref().map(current::enter);
            self.polled_by.store(current::thread(), Ordering::Relaxed);
            let polled = if self.is_cancelled.load(Ordering::SeqCst) {
                Some(Err(Stopped::Cancelled))
            } else {
                let poll = || running.as_mut().poll(&mut context);
                match catch_unwind(AssertUnwindSafe(poll)) {
                    Ok(Poll::Pending) => None,
                    Ok(Poll::Ready(result)) => Some(Ok(result)),
                    Err(payload) => Some(Err(Stopped::Panicked(payload))),
                }
            };
            if polled.is_some() {
                // What it holds is let go of inside of the frame.
                drop_quietly(future.take());
            }
            self.polled_by.store(0, Ordering::Relaxed);
            drop(inside);
            if polled.is_some() {
                return polled;
            }
        }
        None
    }

    /// Tells everybody that it has ended.
    pub(crate) fn announce(&self) {
        self.over.store(true, Ordering::SeqCst);
        self.wakers.wake_all();
    }

    /// Drops it where it is, inside of a frame. Whether that was done; then the caller has
    /// to [`announce`](Self::announce) it. Whoever polls it now, and be it this very
    /// thread, does it instead as soon as the poll has ended, and is told by it.
    pub(crate) fn cancel(&self, frame: &Frame) -> bool {
        self.is_cancelled.store(true, Ordering::SeqCst);
        self.missed.store(true, Ordering::SeqCst);
        let future = self.future.try_lock().and_then(|mut future| future.take());
        let is_cancelled = future.is_some();
        let _inside = current::enter(frame);
        drop_quietly(future);
        is_cancelled
    }
}

impl Shared<()> {
    /// Drops it where it is, once whoever polls it is done with that. Whether there was
    /// something to drop; then the caller has to [`announce`](Self::announce) that. One
    /// that this very thread polls goes on.
    pub(crate) fn take_back(&self) -> bool {
        if self.polled_by.load(Ordering::Relaxed) == current::thread() {
            return false;
        }
        let future = self.future.lock().take();
        let is_taken = future.is_some();
        drop_quietly(future);
        is_taken
    }

    /// Waits until it has ended.
    pub(crate) async fn wait(&self) {
        poll_fn(|context| {
            if let Some(result) = self.poll(context.waker(), || None) {
                if let Err(Stopped::Panicked(payload)) = result {
                    discard(payload);
                }
                self.announce();
            }
            if self.over.load(Ordering::SeqCst) { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
    }
}

/// Wakes them all. A waker is the runtime's code, which may do anything, but neither to
/// whoever wakes nor to those who are woken after it.
pub(crate) fn wake_all(wakers: Vec<Waker>) {
    for waker in wakers {
        if let Err(payload) = catch_unwind(AssertUnwindSafe(|| waker.wake())) {
            discard(payload);
        }
    }
}

/// Drops what is the user's, which may panic.
pub(crate) fn drop_quietly<T>(what: T) {
    if let Err(payload) = catch_unwind(AssertUnwindSafe(|| drop(what))) {
        discard(payload);
    }
}
