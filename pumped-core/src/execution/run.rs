//! Running a flow: the record, the frame, and the way out of a panic.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::context::{ExecutionCtx, Record, Run};
use super::limits::Limits;
use super::running::{Running, Which};
use super::watched;
use crate::cleanup::discard;
use crate::current::{self, Frame};
use crate::error::{FlowError, Panic};
use crate::flow::{CarriesFault, Flow, FlowPreset, Ran, Returns};
use crate::flow_param::Taking;
use crate::node::Node;
use crate::scope::Scope;
use crate::sync::Arc;
use crate::tags::TagList;

/// Runs `flow` as a root, with `tags` of its own and, maybe, a name.
#[inline]
pub(crate) fn root<F: Flow<R>, R: Returns>(
    scope: &Scope,
    flow: F,
    tags: TagList,
    name: Option<&str>,
    limits: Limits,
) -> Ran<R> {
    let Some(_mark) = Running::begin(scope.core(), Which::Blocking) else {
        return Err(FlowError::Disposed);
    };
    let depth = current::depth(Arc::as_ptr(scope.core()));
    let run = Run::new(scope, limits);
    execute(scope, &run, depth, || Record::of_root(F::NODE.get(), depth, tags, name), flow)
}

/// Runs `flow` as a child of `parent`.
#[inline]
pub(super) fn child<F: Flow<R>, R: Returns>(parent: ExecutionCtx<'_>, flow: F) -> Ran<R> {
    let record = || Record::below(parent.record, F::NODE.get());
    execute(parent.scope, parent.run, parent.record.depth + 1, record, flow)
}

/// The record is made where it stays: to move one costs more than to make it.
#[inline]
fn execute<'r, F: Flow<R>, R: Returns>(
    scope: &Scope,
    run: &Run<'_>,
    depth: u32,
    record: impl FnOnce() -> Record<'r>,
    flow: F,
) -> Ran<R> {
    let executions = &scope.core().executions;
    if depth >= executions.max_depth {
        return Err(FlowError::TooDeep);
    }
    if executions.watched {
        watched::execute(scope, run, record, flow)
    } else {
        let record = record();
        perform(&ExecutionCtx { scope, run, record: &record }, None, flow)
    }
}

/// The flow, or what stands in for it.
#[inline]
pub(super) fn perform<F: Flow<R>, R: Returns>(
    cx: &ExecutionCtx<'_>,
    preset: Option<&FlowPreset>,
    flow: F,
) -> Ran<R> {
    body::<R>(cx, |cx| match preset {
        None => flow.run(Taking::new(cx, F::NODE)?),
        Some(preset) => flow.replaced(&*preset.by, cx),
    })
}

/// Runs what stands for the body of a flow, inside of its frame.
#[inline]
fn body<R: Returns>(
    cx: &ExecutionCtx<'_>,
    body: impl FnOnce(&ExecutionCtx<'_>) -> Ran<R>,
) -> Ran<R> {
    if let Some(why) = cx.is_too_late() {
        return Err(why.into());
    }
    let ExecutionCtx { scope, record, .. } = *cx;
    let core = Arc::as_ptr(scope.core());
    let frame = Frame::of_execution(core, record.depth, record.node, cx);
    let inside = current::enter(&frame);
    let result = catch_unwind(AssertUnwindSafe(|| body(cx)));
    drop(inside);
    match result {
        Ok(result) => result,
        Err(payload) => Err(FlowError::Panicked(panicked(record.node, payload))),
    }
}

#[cold]
pub(super) fn panicked(node: &'static Node, payload: Box<dyn std::any::Any + Send>) -> Panic {
    let panic = Panic::new(node, &*payload);
    discard(payload);
    panic
}

/// The result of `call`.
#[inline]
pub(crate) fn called<R: Returns<Called: CarriesFault>>(
    result: Ran<R>,
) -> Result<R::Output, R::Called> {
    result.map_err(|error| match error.split() {
        Ok(own) => own.into(),
        Err(fault) => R::Called::from_fault(fault),
    })
}
