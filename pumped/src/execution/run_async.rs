//! Running a flow as a future: the same as `run`, a poll at a time.
//!
//! The record lives in the future, before the body: when the future is dropped, what is
//! further in ends first.

use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;

use super::context::{ExecutionCtx, Record, Run};
use super::limits::{Limits, Why};
use super::running::{Running, Which};
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
    let Some(mark) = Running::begin(scope.core(), Which::Async) else {
        return Err(FlowError::Disposed);
    };
    let record = Record::of_root(scope, F::NODE.get(), tags, name);
    let run = Run::new(scope, limits);
    let ending = &run.ending;
    let (mut signal, mut sleeper) = (ending.signal(), mark.sleeper());
    let mut execution = pin!(execute(scope, &run, record, flow));
    poll_fn(|context| {
        // What ends it is looked at first: what is to end goes no further.
        if sleeper.is_stopped() {
            ending.end(Why::Cancelled);
        }
        if let Some(waiting) = &mut signal
            && let Poll::Ready(why) = waiting.as_mut().poll(context)
        {
            signal = None;
            ending.end(why);
        }
        if let Poll::Ready(result) = execution.as_mut().poll(context) {
            return Poll::Ready(result);
        }
        if ending.why().is_none() && sleeper.sleep(context.waker()) {
            ending.end(Why::Cancelled);
            if let Poll::Ready(result) = execution.as_mut().poll(context) {
                return Poll::Ready(result);
            }
        }
        // An extension around it may still be waiting: it is dropped as well.
        ending.why().map_or(Poll::Pending, |why| Poll::Ready(Err(why.into())))
    })
    .await
}

/// Runs `flow` as a child of `parent`.
pub(super) async fn child<F: Flow<R>, R: Returns>(parent: ExecutionCtx<'_>, flow: F) -> Ran<R> {
    let record = Record::below(parent.record, F::NODE.get());
    execute(parent.scope, parent.run, record, flow).await
}

async fn execute<F: Flow<R>, R: Returns>(
    scope: &Scope,
    run: &Run<'_>,
    record: Record<'_>,
    flow: F,
) -> Ran<R> {
    let executions = &scope.core().executions;
    if record.depth >= executions.max_depth {
        return Err(FlowError::TooDeep);
    }
    if executions.watched {
        // In a box, so that the plain way is short.
        return Box::pin(watched::execute_async(scope, run, record, flow)).await;
    }
    body::<R, _>(&ExecutionCtx { scope, run, record: &record }, flow).await
}

/// The flow, or what stands in for it.
pub(super) async fn perform<F: Flow<R>, R: Returns>(cx: &ExecutionCtx<'_>, flow: F) -> Ran<R> {
    match cx.scope.core().executions.preset_of(cx.record.node) {
        Some(preset) => run::body::<R>(cx, |cx| flow.replaced(&*preset.by, cx)),
        None => body::<R, F>(cx, flow).await,
    }
}

/// Polls the body of a flow inside of its frame.
async fn body<R: Returns, F: Flow<R>>(cx: &ExecutionCtx<'_>, flow: F) -> Ran<R> {
    if let Some(why) = cx.is_too_late() {
        return Err(why.into());
    }
    let mut body = pin!(flow.run_async(cx));
    poll_fn(|context| {
        let record = cx.record;
        if record.parent.is_none()
            && let Some(why) = cx.run.ending.refuses()
        {
            return Poll::Ready(Err(why.into()));
        }
        let core = Arc::as_ptr(cx.scope.core());
        let frame = Frame::of_execution(core, record.depth, record.node, cx);
        let inside = current::enter(&frame);
        let polled = catch_unwind(AssertUnwindSafe(|| body.as_mut().poll(context)));
        drop(inside);
        polled.unwrap_or_else(|payload| {
            Poll::Ready(Err(FlowError::Panicked(run::panicked(record.node, payload))))
        })
    })
    .await
}
