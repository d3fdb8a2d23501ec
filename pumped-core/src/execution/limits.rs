//! What ends a root execution before its time: a deadline, a token, or the end of its scope.
//!
//! An execution that is to end is not polled any more, and dropped with all that is below
//! it. Only one that has asked to be told (`cx.cancelled()`) is polled once more before.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::task::{Poll, Waker};
use std::time::Duration;

#[cfg(feature = "tokio")]
use {
    std::{future::pending, pin::pin},
    tokio::time::Instant,
    tokio_util::sync::CancellationToken,
};

use super::ExecutionCtx;
use crate::error::FlowError;
use crate::shared::wake_all;
use crate::sync::{AtomicBool, Ordering};

/// What a root execution was given to end by.
#[derive(Default)]
pub(crate) struct Limits {
    #[cfg(feature = "tokio")]
    pub(super) token: Option<CancellationToken>,
    #[cfg(feature = "tokio")]
    pub(super) within: Option<Duration>,
}

/// Why an execution is to end.
#[derive(Clone, Copy)]
pub(super) enum Why {
    Cancelled,
    #[cfg_attr(not(feature = "tokio"), expect(dead_code, reason = "only tokio has a clock"))]
    TimedOut(Duration),
}

impl<E> From<Why> for FlowError<E> {
    fn from(why: Why) -> Self {
        match why {
            Why::Cancelled => Self::Cancelled,
            Why::TimedOut(after) => Self::TimedOut(after),
        }
    }
}

/// Ends when an execution is to end.
pub(super) type Signal = Pin<Box<dyn Future<Output = Why> + Send>>;

/// The limits of an execution that has begun, and whether it is to end. Part of every
/// root, so all that is rare is elsewhere.
#[derive(Default)]
pub(super) struct Ending {
    #[cfg(feature = "tokio")]
    given: Option<Box<Given>>,
    /// Set once, by whoever polls the root.
    is_over: AtomicBool,
    /// Whether it may be polled once more all the same.
    once_more: AtomicBool,
    rare: OnceLock<Box<Rare>>,
}

/// What only an execution has that is to end, or in which somebody waits for that.
#[derive(Default)]
struct Rare {
    why: OnceLock<Why>,
    /// Those within that want to be told.
    waiting: Mutex<Vec<Waker>>,
}

#[cfg(feature = "tokio")]
struct Given {
    token: Option<CancellationToken>,
    deadline: Option<(Instant, Duration)>,
}

impl Ending {
    #[cfg(feature = "tokio")]
    #[inline]
    pub(super) fn begin(limits: Limits) -> Self {
        let Limits { token, within } = limits;
        let given = (token.is_some() || within.is_some()).then(|| {
            // One that is beyond all time is none.
            let deadline =
                within.and_then(|within| Some((Instant::now().checked_add(within)?, within)));
            Box::new(Given { token, deadline })
        });
        Self { given, ..Self::default() }
    }

    #[cfg(not(feature = "tokio"))]
    #[inline]
    pub(super) fn begin(Limits {}: Limits) -> Self {
        Self::default()
    }

    /// What to wait for beside the execution, if it was given a limit.
    #[inline]
    #[cfg_attr(not(feature = "tokio"), expect(clippy::unused_self, reason = "no limits then"))]
    pub(super) fn signal(&self) -> Option<Signal> {
        #[cfg(feature = "tokio")]
        if let Some(given) = &self.given {
            return Some(given.signal());
        }
        None
    }

    /// Whether one of its own limits is reached, as one sees without waiting.
    #[inline]
    pub(super) fn is_due(&self) -> Option<Why> {
        #[cfg(feature = "tokio")]
        if let Some(given) = &self.given
            && let Some(why) = given.is_due()
        {
            return Some(why);
        }
        self.why()
    }

    #[inline]
    pub(super) fn why(&self) -> Option<Why> {
        if self.is_over.load(Ordering::Relaxed) { self.rare().why.get().copied() } else { None }
    }

    /// Whether whoever polls the root must not poll its body any more.
    #[inline]
    pub(super) fn refuses(&self) -> Option<Why> {
        let why = self.why()?;
        (!self.once_more.swap(false, Ordering::Relaxed)).then_some(why)
    }

    #[cold]
    fn rare(&self) -> &Rare {
        self.rare.get_or_init(Box::default)
    }

    /// Has it end, and tells those who want to be told.
    #[cold]
    pub(super) fn end(&self, why: Why) {
        let rare = self.rare();
        if rare.why.set(why).is_err() {
            return;
        }
        self.is_over.store(true, Ordering::Relaxed);
        let waiting = std::mem::take(&mut *rare.waiting());
        self.once_more.store(!waiting.is_empty(), Ordering::Relaxed);
        wake_all(waiting);
    }
}

impl Rare {
    fn waiting(&self) -> std::sync::MutexGuard<'_, Vec<Waker>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(feature = "tokio")]
impl Given {
    fn is_due(&self) -> Option<Why> {
        if self.token.as_ref().is_some_and(CancellationToken::is_cancelled) {
            return Some(Why::Cancelled);
        }
        let (deadline, within) = self.deadline?;
        (deadline <= Instant::now()).then_some(Why::TimedOut(within))
    }

    fn signal(&self) -> Signal {
        signal(self.token.clone(), self.deadline)
    }
}

/// Waits until the execution of `cx` is cancelled.
pub(super) async fn cancelled(cx: ExecutionCtx<'_>) {
    poll_fn(|context| {
        let mut waiting = cx.run.ending.rare().waiting();
        if !waiting.iter().any(|other| other.will_wake(context.waker())) {
            waiting.push(context.waker().clone());
        }
        drop(waiting);
        // Looked at last: what ends it from here on wakes this.
        if cx.is_cancelled() { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}

#[cfg(feature = "tokio")]
fn signal(token: Option<CancellationToken>, deadline: Option<(Instant, Duration)>) -> Signal {
    Box::pin(async move {
        let cancelled = async {
            match token {
                Some(token) => token.cancelled_owned().await,
                None => pending().await,
            }
            Why::Cancelled
        };
        let timed_out = async {
            match deadline {
                Some((deadline, within)) => {
                    tokio::time::sleep_until(deadline).await;
                    Why::TimedOut(within)
                }
                None => pending().await,
            }
        };
        let (mut cancelled, mut timed_out) = (pin!(cancelled), pin!(timed_out));
        poll_fn(|context| match cancelled.as_mut().poll(context) {
            Poll::Pending => timed_out.as_mut().poll(context),
            why @ Poll::Ready(_) => why,
        })
        .await
    })
}
