//! Running a flow as a future: the same as `run`, a poll at a time.
//!
//! The record lives in the future, and the guard that tells of its end is declared before
//! the body: when the future is dropped, what is further in ends first.

use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;
use std::time::Instant;

use super::context::{ExecutionCtx, Record, Run};
use super::log::Log;
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
) -> Ran<R> {
    let core = scope.core();
    let Some(_mark) = Running::begin(core, Which::Async) else { return Err(FlowError::Disposed) };
    let node = F::NODE.get();
    let depth = current::depth(Arc::as_ptr(core));
    let record = Record::new(None, node, name.unwrap_or(node.name()), depth, tags);
    let history = core.executions.history.as_ref();
    let run = Run { log: history.map(|history| Log::new(history.nodes())) };
    let kept = Kept { scope, run };
    execute(scope, &kept.run, record, flow).await
}

/// Keeps what a root has left in the history, also if it is dropped in the middle.
struct Kept<'s> {
    scope: &'s Scope,
    run: Run,
}

impl Drop for Kept<'_> {
    fn drop(&mut self) {
        if let (Some(log), Some(history)) =
            (self.run.log.take(), &self.scope.core().executions.history)
        {
            history.keep(log);
        }
    }
}

/// Runs `flow` as a child of `parent`.
pub(super) async fn child<F: Flow<R>, R: Returns>(parent: ExecutionCtx<'_>, flow: F) -> Ran<R> {
    let node = F::NODE.get();
    let above = parent.record;
    let record = Record::new(Some(above), node, node.name(), above.depth + 1, TagList::new());
    execute(parent.scope, parent.run, record, flow).await
}

async fn execute<F: Flow<R>, R: Returns>(
    scope: &Scope,
    run: &Run,
    record: Record<'_>,
    flow: F,
) -> Ran<R> {
    let executions = &scope.core().executions;
    if record.depth >= executions.max_depth {
        return Err(FlowError::TooDeep);
    }
    if executions.watched {
        // In a box, so that the plain way is short.
        return Box::pin(execute_watched(scope, run, record, flow)).await;
    }
    body::<R, _>(&ExecutionCtx { scope, run, record: &record }, flow).await
}

async fn execute_watched<F: Flow<R>, R: Returns>(
    scope: &Scope,
    run: &Run,
    record: Record<'_>,
    flow: F,
) -> Ran<R> {
    let executions = &scope.core().executions;
    let started = executions.are_timed().then(|| {
        // So that numbers are in the order of beginnings.
        record.id(scope);
        Instant::now()
    });
    let mut ending = Ending { scope, run, record: Some(record), started };
    let result = {
        let record = ending.record.as_ref().expect("taken at the end");
        let cx = ExecutionCtx { scope, run, record };
        if executions.extensions.is_empty() {
            perform(&cx, flow).await
        } else {
            watched::extended_async(&cx, flow).await
        }
    };
    ending.end(&result);
    result
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
    let mut body = pin!(flow.run_async(cx));
    poll_fn(|context| {
        let record = cx.record;
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

/// Tells the history of the end of an execution; of one that is dropped before, that it
/// was cancelled.
struct Ending<'e, 'x> {
    scope: &'e Scope,
    run: &'e Run,
    record: Option<Record<'x>>,
    started: Option<Instant>,
}

impl Ending<'_, '_> {
    fn end<T, E: std::fmt::Display>(&mut self, result: &Result<T, FlowError<E>>) {
        if let (Some(log), Some(started), Some(record)) =
            (&self.run.log, self.started, self.record.take())
        {
            log.push(watched::ended(self.scope, record, started, result));
        }
    }
}

impl Drop for Ending<'_, '_> {
    fn drop(&mut self) {
        self.end::<(), std::convert::Infallible>(&Err(FlowError::Cancelled));
    }
}
