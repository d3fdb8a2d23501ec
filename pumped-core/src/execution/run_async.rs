//! Running a flow as a future: the same as `run`, a poll at a time.
//!
//! The record lives in the future, before the body: when the future is dropped, what is
//! further in ends first. Each of these is one future and not several inside of each other:
//! what those hand on would be moved from one to the next.

use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use super::context::{ExecutionCtx, Record, Run};
use super::limits::{Limits, Signal, Why};
use super::running::{Mark, Running, Sleeper, Which};
use super::{run, watched};
use crate::current::{self, Frame};
use crate::error::FlowError;
use crate::flow::{Flow, Ran, Returns};
use crate::scope::Scope;
use crate::sync::Arc;
use crate::tags::TagList;

/// Runs `flow` as a root, with `tags` of its own and, maybe, a name.
pub(crate) async fn root<F: Flow<R>, R: Returns>(
    scope: &Scope,
    flow: F,
    tags: TagList,
    name: Option<&str>,
    limits: Limits,
) -> Ran<R> {
    let executions = &scope.core().executions;
    let Some(mark) = Running::begin(scope.core(), Which::Async) else {
        return Err(FlowError::Disposed);
    };
    let depth = current::depth(Arc::as_ptr(scope.core()));
    if depth >= executions.max_depth {
        return Err(FlowError::TooDeep);
    }
    let record = Record::of_root(F::NODE.get(), depth, tags, name);
    let run = Run::new(scope, limits);
    let mut end = End::new(&run, &mark);
    if executions.watched {
        // In a box, so that the plain way is short.
        let mut execution = Box::pin(watched::execute_async(scope, &run, record, flow));
        return poll_fn(|context| end.poll(context, |context| execution.as_mut().poll(context)))
            .await;
    }
    let cx = ExecutionCtx { scope, run: &run, record: &record };
    if let Some(why) = cx.is_too_late() {
        return Err(why.into());
    }
    let mut body = pin!(flow.run_async(&cx));
    poll_fn(|context| end.poll(context, |context| poll_body::<R>(&cx, body.as_mut(), context)))
        .await
}

/// Runs `flow` as a child of `parent`.
pub(super) async fn child<F: Flow<R>, R: Returns>(parent: ExecutionCtx<'_>, flow: F) -> Ran<R> {
    let ExecutionCtx { scope, run, .. } = parent;
    let executions = &scope.core().executions;
    let record = Record::below(parent.record, F::NODE.get());
    if record.depth >= executions.max_depth {
        return Err(FlowError::TooDeep);
    }
    if executions.watched {
        return Box::pin(watched::execute_async(scope, run, record, flow)).await;
    }
    let cx = ExecutionCtx { scope, run, record: &record };
    if let Some(why) = cx.is_too_late() {
        return Err(why.into());
    }
    let mut body = pin!(flow.run_async(&cx));
    poll_fn(|context| poll_body::<R>(&cx, body.as_mut(), context)).await
}

/// The flow, or what stands in for it.
pub(super) async fn perform<F: Flow<R>, R: Returns>(cx: &ExecutionCtx<'_>, flow: F) -> Ran<R> {
    if let Some(preset) = cx.scope.core().executions.preset_of(cx.record.node) {
        return run::perform(cx, Some(preset), flow);
    }
    if let Some(why) = cx.is_too_late() {
        return Err(why.into());
    }
    let mut body = pin!(flow.run_async(cx));
    poll_fn(|context| poll_body::<R>(cx, body.as_mut(), context)).await
}

/// Polls the body of a flow inside of its frame, unless it is to end.
#[inline]
fn poll_body<R: Returns>(
    cx: &ExecutionCtx<'_>,
    body: Pin<&mut impl Future<Output = Ran<R>>>,
    context: &mut Context<'_>,
) -> Poll<Ran<R>> {
    let record = cx.record;
    if record.parent.is_none()
        && let Some(why) = cx.run.ending.refuses()
    {
        return Poll::Ready(Err(why.into()));
    }
    let core = Arc::as_ptr(cx.scope.core());
    let frame = Frame::of_execution(core, record.depth, record.node, cx);
    let inside = current::enter(&frame);
    let polled = catch_unwind(AssertUnwindSafe(|| body.poll(context)));
    drop(inside);
    polled.unwrap_or_else(|payload| {
        Poll::Ready(Err(FlowError::Panicked(run::panicked(record.node, payload))))
    })
}

/// Whoever polls a root, and has to look whether it is to end.
struct End<'r> {
    run: &'r Run<'r>,
    /// What it was given to end by.
    signal: Option<Signal>,
    sleeper: Sleeper<'r>,
}

impl<'r> End<'r> {
    #[inline]
    fn new(run: &'r Run<'r>, mark: &'r Mark<'r>) -> Self {
        Self { run, signal: run.ending.signal(), sleeper: mark.sleeper() }
    }

    #[inline]
    fn poll<T, E>(
        &mut self,
        context: &mut Context<'_>,
        mut execution: impl FnMut(&mut Context<'_>) -> Poll<Result<T, FlowError<E>>>,
    ) -> Poll<Result<T, FlowError<E>>> {
        let ending = &self.run.ending;
        // What ends it is looked at first: what is to end goes no further.
        if self.sleeper.is_stopped() {
            ending.end(Why::Cancelled);
        }
        if let Some(signal) = &mut self.signal
            && let Poll::Ready(why) = signal.as_mut().poll(context)
        {
            self.signal = None;
            ending.end(why);
        }
        let result = execution(context);
        if result.is_ready() {
            return result;
        }
        if ending.why().is_none() && self.sleeper.sleep(context.waker()) {
            ending.end(Why::Cancelled);
            let result = execution(context);
            if result.is_ready() {
                return result;
            }
        }
        // An extension around it may still be waiting: it is dropped as well.
        ending.why().map_or(Poll::Pending, |why| Poll::Ready(Err(why.into())))
    }
}
