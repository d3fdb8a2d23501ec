//! A future that belongs to nobody: everybody who waits for what it brings polls it, so one
//! who is held and not polled hangs nobody.

use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll, Wake, Waker};

use crate::cleanup::discard;
use crate::current::{self, Frame};
use crate::sync::{AtomicBool, Mutex, Ordering};

type Pinned<T> = Pin<Box<dyn Future<Output = T> + Send>>;

pub(crate) struct Shared<T> {
    /// None once it has ended. Whoever polls it has the lock, and nobody waits for that.
    future: Mutex<Option<Pinned<T>>>,
    /// Somebody came while it was polled, and has to look again.
    missed: AtomicBool,
    /// Whether everybody may know that it has ended.
    over: AtomicBool,
    wakers: std::sync::Arc<Wakers>,
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

impl<T> Shared<T> {
    pub(crate) fn new(future: Pinned<T>) -> Self {
        Self {
            future: Mutex::new(Some(future)),
            missed: AtomicBool::new(false),
            over: AtomicBool::new(false),
            wakers: std::sync::Arc::new(Wakers(Mutex::new(Vec::new()))),
        }
    }

    /// Lets it go on, inside of a frame, unless somebody else does. Whoever is given the
    /// result, or the payload of a panic, has to [`announce`](Self::announce) it.
    pub(crate) fn poll(
        &self,
        waker: &Waker,
        frame: impl Fn() -> Option<Frame>,
    ) -> Option<std::thread::Result<T>> {
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
            let polled = catch_unwind(AssertUnwindSafe(|| running.as_mut().poll(&mut context)));
            let result = match polled {
                Ok(Poll::Pending) => continue,
                Ok(Poll::Ready(result)) => Ok(result),
                Err(payload) => Err(payload),
            };
            // What it holds is let go of inside of the frame.
            drop_quietly(future.take());
            drop(inside);
            return Some(result);
        }
        None
    }

    /// Tells everybody that it has ended.
    pub(crate) fn announce(&self) {
        self.over.store(true, Ordering::SeqCst);
        self.wakers.wake_all();
    }

    /// Drops it where it is, inside of a frame. Whether there was something to drop; then
    /// the caller has to [`announce`](Self::announce) that.
    pub(crate) fn cancel(&self, frame: Option<&Frame>) -> bool {
        let future = self.future.lock().take();
        let is_cancelled = future.is_some();
        let _inside = frame.map(current::enter);
        drop_quietly(future);
        is_cancelled
    }
}

impl Shared<()> {
    /// Waits until it has ended.
    pub(crate) async fn wait(&self) {
        poll_fn(|context| {
            if let Some(result) = self.poll(context.waker(), || None) {
                if let Err(payload) = result {
                    discard(payload);
                }
                self.announce();
            }
            if self.over.load(Ordering::SeqCst) { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
    }
}

/// Drops what is the user's, which may panic.
pub(crate) fn drop_quietly<T>(what: T) {
    if let Err(payload) = catch_unwind(AssertUnwindSafe(|| drop(what))) {
        discard(payload);
    }
}
