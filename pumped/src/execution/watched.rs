//! Executions that somebody wants to know about: a history, extensions, or a preset that
//! stands in for the flow. None of it costs anything where there is none of it.

use std::any::Any;
use std::convert::Infallible;
use std::fmt;
use std::time::Instant;

use super::context::{ExecutionCtx, Record, Run};
use super::limits::Why;
use super::{run, run_async};
use crate::error::{BoxError, FlowError, text_of};
use crate::extension::{BoxFuture, Operation, OperationKind, Work, WorkAsync};
use crate::flow::{Flow, Ran, Returns};
use crate::flow_param::Taking;
use crate::scope::Scope;
use crate::tree::{ExecutionNode, Name, Status};

pub(super) fn execute<F: Flow<R>, R: Returns>(
    scope: &Scope,
    run: &Run<'_>,
    record: Record<'_>,
    flow: F,
) -> Ran<R> {
    let mut execution = Watched::begin(scope, run, record);
    let result = {
        let cx = execution.context();
        if has_extensions(scope) { extended(&cx, flow) } else { perform(&cx, flow) }
    };
    execution.end(&result);
    result
}

pub(super) async fn execute_async<F: Flow<R>, R: Returns>(
    scope: &Scope,
    run: &Run<'_>,
    record: Record<'_>,
    flow: F,
) -> Ran<R> {
    let mut execution = Watched::begin(scope, run, record);
    let result = {
        let cx = execution.context();
        if has_extensions(scope) {
            extended_async(&cx, flow).await
        } else {
            run_async::perform(&cx, flow).await
        }
    };
    execution.end(&result);
    result
}

fn has_extensions(scope: &Scope) -> bool {
    !scope.core().executions.extensions.is_empty()
}

/// An execution whose end the history is told of; if it is dropped before, that it was
/// cancelled.
struct Watched<'w, 'x> {
    scope: &'w Scope,
    run: &'w Run<'w>,
    /// None once it has ended.
    record: Option<Record<'x>>,
    started: Option<Instant>,
}

impl<'w, 'x> Watched<'w, 'x> {
    fn begin(scope: &'w Scope, run: &'w Run<'w>, record: Record<'x>) -> Self {
        let started = scope.core().executions.are_timed().then(|| {
            // So that numbers are in the order of beginnings.
            record.id(scope);
            Instant::now()
        });
        Self { scope, run, record: Some(record), started }
    }

    fn context(&self) -> ExecutionCtx<'_> {
        let record = self.record.as_ref().expect("it has not ended");
        ExecutionCtx { scope: self.scope, run: self.run, record }
    }

    fn end<T, E: fmt::Display>(&mut self, result: &Result<T, FlowError<E>>) {
        if let (Some(log), Some(started), Some(record)) =
            (self.run.log(), self.started, self.record.take())
        {
            log.push(ended(self.scope, record, started, result));
        }
    }
}

impl Drop for Watched<'_, '_> {
    fn drop(&mut self) {
        let is_root = self.record.as_ref().is_some_and(|record| record.parent.is_none());
        let why = if is_root { self.run.ending.why() } else { None };
        self.end::<(), Infallible>(&Err(why.unwrap_or(Why::Cancelled).into()));
    }
}

/// The flow, or what stands in for it.
fn perform<F: Flow<R>, R: Returns>(cx: &ExecutionCtx<'_>, flow: F) -> Ran<R> {
    match cx.scope.core().executions.preset_of(cx.record.node) {
        Some(preset) => run::body::<R>(cx, |cx| flow.replaced(&*preset.by, cx)),
        None => run::body::<R>(cx, |cx| flow.run(Taking::new(cx, F::NODE)?)),
    }
}

fn extended<F: Flow<R>, R: Returns>(cx: &ExecutionCtx<'_>, flow: F) -> Ran<R> {
    let core = cx.scope.core();
    let path = [cx.record.node];
    let operation = Operation::new(OperationKind::Execute, &path, Some(cx));
    let mut execution: Execution<'_, '_, F, R> =
        Execution { cx, flow: Some(flow), result: None, answer: None };
    let passed = core.executions.extensions.around(core, &operation, &mut execution);
    execution.concluded(passed)
}

async fn extended_async<F: Flow<R>, R: Returns>(cx: &ExecutionCtx<'_>, flow: F) -> Ran<R> {
    let core = cx.scope.core();
    let path = [cx.record.node];
    let operation = Operation::new(OperationKind::Execute, &path, Some(cx));
    let mut execution: Execution<'_, '_, F, R> =
        Execution { cx, flow: Some(flow), result: None, answer: None };
    let passed = core.executions.extensions.around_async(core, &operation, &mut execution).await;
    execution.concluded(passed)
}

/// The execution of a flow, as extensions let it go on.
struct Execution<'e, 'x, F, R: Returns> {
    cx: &'e ExecutionCtx<'x>,
    flow: Option<F>,
    result: Option<Ran<R>>,
    answer: Option<R::Output>,
}

impl<F: Flow<R>, R: Returns> Execution<'_, '_, F, R> {
    /// The result, after the extensions had their say.
    fn concluded(self, passed: Result<(), BoxError>) -> Ran<R> {
        match (self.result, passed) {
            // The flow's own failure always wins.
            (Some(Err(error)), _) => Err(error),
            (_, Err(error)) => Err(FlowError::Extension(error)),
            (Some(result), Ok(())) => result,
            (None, Ok(())) => {
                let nothing = || FlowError::Extension("an extension answered with nothing".into());
                self.answer.ok_or_else(nothing)
            }
        }
    }

    /// Keeps the result, and tells of it.
    fn performed(&mut self, result: Ran<R>) -> Result<(), BoxError> {
        let told = match &result {
            Ok(_) => Ok(()),
            Err(error) => Err(failure(error)),
        };
        self.result = Some(result);
        told
    }

    fn ended_as(&self) -> Status {
        match &self.result {
            Some(Ok(_)) => Status::Success,
            Some(Err(error)) => error.status(),
            None => Status::Failed,
        }
    }
}

impl<F: Flow<R>, R: Returns> WorkAsync for Execution<'_, '_, F, R> {
    fn run(&mut self) -> BoxFuture<'_, Result<(), BoxError>> {
        Box::pin(async move {
            let Some(flow) = self.flow.take() else { return Err("it has run already".into()) };
            let result = run_async::perform(self.cx, flow).await;
            self.performed(result)
        })
    }

    fn answer(&mut self) -> Option<&mut dyn Any> {
        F::answer(&mut self.answer)
    }

    fn status(&self) -> Status {
        self.ended_as()
    }
}

impl<F: Flow<R>, R: Returns> Work for Execution<'_, '_, F, R> {
    fn run(&mut self) -> Result<(), BoxError> {
        let Some(flow) = self.flow.take() else { return Err("it has run already".into()) };
        let result = perform(self.cx, flow);
        self.performed(result)
    }

    fn answer(&mut self) -> Option<&mut dyn Any> {
        F::answer(&mut self.answer)
    }

    fn status(&self) -> Status {
        self.ended_as()
    }
}

/// What extensions see of an error. The flow's own may be of any type, so they see what
/// it says.
fn failure<E: fmt::Display>(error: &FlowError<E>) -> BoxError {
    match error {
        FlowError::Resolve(error) => error.clone().into(),
        FlowError::Panicked(panic) => panic.clone().into(),
        error => text_of(error).into(),
    }
}

fn ended<T, E: fmt::Display>(
    scope: &Scope,
    record: Record<'_>,
    started: Instant,
    result: &Result<T, FlowError<E>>,
) -> ExecutionNode {
    let duration = started.elapsed();
    let (status, error) = match result {
        Ok(_) => (Status::Success, None),
        Err(error) => (error.status(), Some(text_of(error).into())),
    };
    let is_declared = std::ptr::eq(record.name, record.node.name());
    ExecutionNode {
        id: record.id(scope),
        parent: record.parent.map(|parent| parent.id(scope)),
        depth: record.depth,
        name: if is_declared {
            Name::Declared(record.node.name())
        } else {
            Name::Given(record.name.into())
        },
        status,
        started,
        duration,
        error,
        tags: record.tags,
    }
}
