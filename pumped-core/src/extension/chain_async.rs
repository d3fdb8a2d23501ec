//! The way of an async operation through the extensions: as that of a sync one, a poll
//! at a time.

use std::any::Any;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::Instant;

use super::chain::{Extensions, Hook, Put, State, Told, quietly};
use super::{BoxFuture, Operation, Outcome};
use crate::current::{self, Frame, Role};
use crate::error::{BoxError, Fault};
use crate::scope::Core;
use crate::tree::Status;

/// What extensions are around, if it is async.
pub(crate) trait WorkAsync: Send {
    /// Does it. Called once at most.
    fn run(&mut self) -> BoxFuture<'_, Result<(), BoxError>>;

    /// An `Option` of what it yields, for an answer that is given instead.
    fn answer(&mut self) -> Option<&mut dyn Any> {
        None
    }

    /// How it ended, once it has not ended well.
    fn status(&self) -> Status {
        Status::Failed
    }
}

impl Extensions {
    /// Leads `work` through the extensions.
    pub(crate) async fn around_async(
        &self,
        core: &Core,
        operation: &Operation<'_>,
        work: &mut dyn WorkAsync,
    ) -> Result<(), BoxError> {
        let state = State::new(&self.list, core, operation);
        let mut passage = Passage { state, work };
        let _ = passage.layer(0).await;
        passage.state.failure.map_or(Ok(()), Err)
    }
}

struct Passage<'p> {
    state: State<'p>,
    work: &'p mut dyn WorkAsync,
}

impl Passage<'_> {
    /// Leads through the extension number `at`, and all further in.
    fn layer(&mut self, at: usize) -> BoxFuture<'_, Told> {
        Box::pin(async move {
            let Some(hook) = self.state.hook(at) else {
                if !self.state.may_perform() {
                    return self.state.told();
                }
                let result = self.work.run().await;
                let status = if result.is_ok() { Status::Success } else { self.work.status() };
                return self.state.performed(status, result);
            };
            let (extension, operation) = (hook.extension, self.state.operation);
            if let Err(error) = hook.call(|| extension.before(operation)) {
                return self.state.fail(error);
            }
            let at = hook.at + 1;
            let guard = IfDropped::new(&hook, &self.state);
            let next = NextAsync { passage: self, at };
            let wrapped = match hook.call(|| Ok(extension.wrap_async(operation, next))) {
                Ok(wrapped) => in_frame(&hook, Role::Hook, wrapped).await,
                Err(error) => Err(error),
            };
            guard.disarm();
            self.state.wrapped(&hook, wrapped)
        })
    }
}

/// An extension that has been told of the beginning of an operation, and is to be told of
/// its end as well, if that is dropped in the middle.
struct IfDropped<'h> {
    hook: Hook<'h>,
    operation: &'h Operation<'h>,
    started: Instant,
}

impl<'h> IfDropped<'h> {
    fn new(hook: &Hook<'h>, state: &State<'h>) -> Self {
        Self { hook: *hook, operation: state.operation, started: state.started }
    }

    fn disarm(self) {
        std::mem::forget(self);
    }
}

impl Drop for IfDropped<'_> {
    fn drop(&mut self) {
        let outcome = Outcome::new(Status::Cancelled, Some(&Fault::Cancelled), self.started);
        self.hook.tell(|| self.hook.extension.after(self.operation, &outcome));
    }
}

/// Polls `future` in a frame of the extension. A panic is the extension's error.
async fn in_frame(hook: &Hook<'_>, role: Role, future: impl Future<Output = Told> + Send) -> Told {
    let mut future = pin!(future);
    poll_fn(|context| {
        let frame = Frame::of_extension(hook.core, hook.at, role);
        let _inside = current::enter(&frame);
        let polled = quietly(hook.extension, || Ok(future.as_mut().poll(context)));
        polled.unwrap_or_else(|error| Poll::Ready(Err(error)))
    })
    .await
}

/// What an [`Extension::wrap_async`](super::Extension::wrap_async) is around.
#[must_use = "an operation that neither runs nor is answered fails"]
pub struct NextAsync<'n> {
    passage: &'n mut (dyn Onwards + Send + 'n),
    at: usize,
}

/// A [`Passage`], whatever it borrows.
trait Onwards {
    fn go_on(&mut self, at: usize) -> BoxFuture<'_, Told>;
    fn answer(&mut self, put: &mut dyn FnMut(Put<'_, '_>) -> Told) -> Told;
}

impl<'n> NextAsync<'n> {
    /// Lets the operation go on.
    ///
    /// The future's error is an [`OperationError`](super::OperationError), if the
    /// operation fails. The error itself goes to whoever asked for the operation.
    #[must_use]
    pub fn run(self) -> BoxFuture<'n, Result<(), BoxError>> {
        self.passage.go_on(self.at)
    }

    /// Answers for a flow, which is not run: see [`Next::answer`](super::Next::answer).
    ///
    /// # Errors
    /// As [`Next::answer`](super::Next::answer).
    pub fn answer<T: Any>(self, value: T) -> Result<(), BoxError> {
        let mut value = Some(value);
        self.passage.answer(&mut |(state, place)| match value.take() {
            Some(value) => state.answer(place, value),
            None => Ok(()),
        })
    }
}

impl Onwards for Passage<'_> {
    fn go_on(&mut self, at: usize) -> BoxFuture<'_, Told> {
        // What goes on is not the extension's own doing any more.
        match self.state.hook_before(at) {
            Some(hook) => {
                Box::pin(async move { in_frame(&hook, Role::Next, self.layer(at)).await })
            }
            None => self.layer(at),
        }
    }

    fn answer(&mut self, put: &mut dyn FnMut(Put<'_, '_>) -> Told) -> Told {
        put((&mut self.state, self.work.answer()))
    }
}
