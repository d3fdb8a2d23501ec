//! Following a live value from outside: by a callback, or as a stream.

use std::fmt;
use std::future::poll_fn;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;

use super::check;
use super::core::Core;
use super::follow::{self, Callback, Follower, News, Waiter};
use super::ops;
use crate::error::ResolveError;
use crate::executor::Executor;
use crate::extension::BoxFuture;
use crate::handle::Dep;
use crate::sync::Arc;
use crate::value;

/// What [`Scope::on_change`](crate::Scope::on_change) returns: the function is called
/// until this is dropped. A call that another thread has begun may still end after that.
///
/// It does not keep the scope.
#[must_use = "the subscription ends when it is dropped"]
pub struct Subscription {
    core: Arc<Core>,
    slot: u32,
    follower: Arc<Follower>,
}

impl Subscription {
    pub(super) fn new<E: Executor>(
        core: &Arc<Core>,
        call: impl Fn(&E::Output) + Send + Sync + 'static,
    ) -> Self {
        let node = E::NODE.get();
        let call = move |value: &value::Handle| {
            // SAFETY: the handle keeps the value alive, and it is one of the slot of `E`.
            call(unsafe { value::value_of::<E::Output>(value.as_raw()).as_ref() });
        };
        let follower = Arc::new(Follower::Callback(Callback::new(node, Box::new(call))));
        let slot = follow::begin(core, node, &follower);
        let this = Self { core: core.clone(), slot, follower };
        if let Follower::Callback(callback) = &*this.follower {
            callback.start(core, slot);
        }
        this
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        if let Follower::Callback(callback) = &*self.follower {
            callback.stop();
        }
        follow::leave(&self.core, self.slot, &self.follower);
    }
}

impl fmt::Debug for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Subscription")
    }
}

/// Waits for changes of `E`: what [`Scope::watch`](crate::Scope::watch) returns.
///
/// A stream of the changed values, beginning with the first change after it was made.
/// It is conflated: of changes that nobody waited for, only the latest value comes. What
/// is stale is rebuilt by whoever waits, in the poll; with `eq`, an equal value is no
/// change. An error of a rebuild comes as an item, and does not end the stream.
///
/// It needs no particular runtime, and does not keep the scope: it ends with it.
///
/// ```
/// use pumped::prelude::*;
///
/// #[executor(mutable)]
/// fn level() -> u8 { 1 }
/// #[executor]
/// fn filter(level: Reactive<level>) -> String { format!("level={}", *level) }
///
/// # pollster::block_on(async {
/// let scope = Scope::new();
/// let mut watch = scope.watch::<filter>();
/// scope.update::<level>(2).unwrap();
/// scope.update::<level>(3).unwrap();
/// assert_eq!(*watch.changed().await.unwrap(), "level=3");
/// drop(scope);
/// assert!(watch.changed().await.is_err());
/// # });
/// ```
/// Of what is async nothing is resolved before it is awaited: if there was no value when the
/// watch was made, the first one is what comes first.
#[must_use = "a watch does nothing unless it is awaited"]
pub struct Watch<E> {
    core: Arc<Core>,
    slot: u32,
    follower: Arc<Follower>,
    /// The number of the last value; none if an error came last.
    seen: Option<u64>,
    /// Whether something below is async: then it is awaited, and not read.
    is_async: bool,
    /// The value that is awaited.
    looking: Option<BoxFuture<'static, Looked>>,
    /// An error from the beginning.
    failed: Option<ResolveError>,
    ended: bool,
    of: PhantomData<fn() -> E>,
}

/// A value, or why there is none; nothing says that the scope has ended.
type Looked = Option<Result<value::Handle, ResolveError>>;

impl<E: Executor> Watch<E> {
    pub(super) fn new(core: &Arc<Core>) -> Self {
        let node = E::NODE.get();
        let follower = Arc::new(Follower::Waiter(Waiter::new()));
        let slot = follow::begin(core, node, &follower);
        let is_async = check::reaches_async(core, node);
        let mut this = Self {
            core: core.clone(),
            slot,
            follower,
            seen: None,
            is_async,
            looking: None,
            failed: None,
            ended: false,
            of: PhantomData,
        };
        if is_async {
            this.begin_async();
        } else {
            match follow::look(&this.core, node, slot) {
                Some(Ok(value)) => this.seen = Some(value.header().number()),
                Some(Err(error)) => this.failed = Some(error),
                None => this.ended = true,
            }
        }
        this
    }

    /// Without waiting: what is there and current is known; all else has changed.
    fn begin_async(&mut self) {
        let current = self
            .core
            .with_slot(E::NODE.get(), |slot| slot.read().map(|value| value.header().number()));
        self.seen = current.flatten();
        if self.seen.is_none()
            && let Follower::Waiter(waiter) = &*self.follower
        {
            waiter.wake(false);
        }
    }

    /// The next value that differs from the last one. Dropping the future loses nothing.
    ///
    /// # Errors
    /// If it cannot be rebuilt; the next call then waits for the next change. Once the
    /// scope has ended, always.
    pub async fn changed(&mut self) -> Result<Dep<E>, ResolveError> {
        let next = poll_fn(|cx| self.poll(cx)).await;
        next.unwrap_or_else(|| Err(ResolveError::disposed(E::NODE.get())))
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Dep<E>, ResolveError>>> {
        if let Some(error) = self.failed.take() {
            return Poll::Ready(Some(Err(error)));
        }
        while !self.ended {
            if self.looking.is_none() {
                let Follower::Waiter(waiter) = &*self.follower else { break };
                match waiter.news(cx.waker()) {
                    News::Nothing => return Poll::Pending,
                    News::Changed => {}
                    News::Ended => break,
                }
            }
            let looked = match self.look(cx) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(looked) => looked,
            };
            match looked {
                Some(Ok(value)) => {
                    let number = Some(value.header().number());
                    if self.seen != number {
                        self.seen = number;
                        return Poll::Ready(Some(Ok(Dep::from_handle(value))));
                    }
                }
                Some(Err(error)) => {
                    self.seen = None;
                    return Poll::Ready(Some(Err(error)));
                }
                None => break,
            }
        }
        self.looking = None;
        self.ended = true;
        Poll::Ready(None)
    }

    /// The current value. The scope is in use while it is looked for, and not while that
    /// waits for something: a watch does not keep it.
    fn look(&mut self, cx: &mut Context<'_>) -> Poll<Looked> {
        let Some(core) = ops::enter(&self.core) else { return Poll::Ready(None) };
        if !self.is_async {
            return Poll::Ready(follow::look(&core, E::NODE.get(), self.slot));
        }
        let (own, slot) = (&self.core, self.slot);
        let looking = self.looking.get_or_insert_with(|| {
            let core = own.clone();
            Box::pin(async move { follow::look_async(&core, E::NODE.get(), slot).await })
        });
        let looked = looking.as_mut().poll(cx);
        if looked.is_ready() {
            self.looking = None;
        }
        looked
    }
}

impl<E: Executor> Stream for Watch<E> {
    type Item = Result<Dep<E>, ResolveError>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll(cx)
    }
}

impl<E> Drop for Watch<E> {
    fn drop(&mut self) {
        self.looking = None;
        follow::leave(&self.core, self.slot, &self.follower);
    }
}

impl<E: Executor> fmt::Debug for Watch<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Watch<{}>", E::NODE.get().name())
    }
}
