//! Futures that are polled by hand.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

/// Ends at the second poll.
pub async fn yield_now() {
    let mut first = true;
    poll_fn(|context| {
        context.waker().wake_by_ref();
        if std::mem::take(&mut first) { Poll::Pending } else { Poll::Ready(()) }
    })
    .await;
}

/// Polls once; nobody is woken.
pub fn poll_once<F: Future + ?Sized>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

/// Polls until it has ended, and counts how often.
pub fn run<F: Future>(future: F) -> (F::Output, usize) {
    let mut future = pin!(future);
    let mut polls = 1;
    loop {
        if let Poll::Ready(output) = poll_once(future.as_mut()) {
            return (output, polls);
        }
        polls += 1;
    }
}

/// Something that futures wait for; clones are the same gate.
#[derive(Clone, Debug, Default)]
pub struct Gate(Arc<Mutex<Waited>>);

#[derive(Debug, Default)]
struct Waited {
    is_open: bool,
    wakers: Vec<Waker>,
}

impl Gate {
    /// A closed one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn lock(&self) -> MutexGuard<'_, Waited> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets all pass, now and later.
    pub fn open(&self) {
        self.lock().is_open = true;
        let wakers = std::mem::take(&mut self.lock().wakers);
        wakers.into_iter().for_each(Waker::wake);
    }

    /// How many wait, or have waited and are gone.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.lock().wakers.len()
    }

    /// Waits until it is open.
    pub async fn pass(self) {
        poll_fn(|context| {
            let mut waited = self.lock();
            if waited.is_open {
                return Poll::Ready(());
            }
            waited.wakers.push(context.waker().clone());
            Poll::Pending
        })
        .await;
    }
}
