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
use crate::scope::Scope;
use crate::tree::{ExecutionNode, Name, Status};

pub(super) fn execute<'r, F: Flow<R>, R: Returns>(
    scope: &Scope,
    run: &Run<'_>,
    record: impl FnOnce() -> Record<'r>,
    flow: F,
) -> Ran<R> {
    let mut execution = Watched { scope, run, record: Some(record()), started: None };
    execution.begin();
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
    let mut execution = Watched { scope, run, record: Some(record), started: None };
    execution.begin();
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
    /// None once it is in the log.
    record: Option<Record<'x>>,
    /// For the log; extensions have a clock of their own.
    started: Option<Instant>,
}

impl Watched<'_, '_> {
    fn begin(&mut self) {
        if self.scope.core().executions.are_numbered() {
            // So that numbers are in the order of beginnings.
            self.context().record.id(self.scope);
        }
        self.started = self.run.log().map(|_| Instant::now());
    }

    fn context(&self) -> ExecutionCtx<'_> {
        let record = self.record.as_ref().expect("it has not ended");
        ExecutionCtx { scope: self.scope, run: self.run, record }
    }

    fn end<T, E: fmt::Display>(&mut self, result: &Result<T, FlowError<E>>) {
        if let (Some(log), Some(started)) = (self.run.log(), self.started)
            && let Some(record) = self.record.take()
        {
            log.push(ended(self.scope, record, started, result));
        }
    }
}

impl Drop for Watched<'_, '_> {
    fn drop(&mut self) {
        if self.run.log().is_none() {
            return;
        }
        let is_root = self.record.as_ref().is_some_and(|record| record.parent.is_none());
        let why = if is_root { self.run.ending.why() } else { None };
        self.end::<(), Infallible>(&Err(why.unwrap_or(Why::Cancelled).into()));
    }
}

/// The flow, or what stands in for it.
fn perform<F: Flow<R>, R: Returns>(cx: &ExecutionCtx<'_>, flow: F) -> Ran<R> {
    run::perform(cx, cx.scope.core().executions.preset_of(cx.record.node), flow)
}

fn extended<F: Flow<R>, R: Returns>(cx: &ExecutionCtx<'_>, flow: F) -> Ran<R> {
    let (mut flow, mut result, mut answer) = (Some(flow), None, None);
    let mut once = || {
        let ran = perform(cx, flow.take()?);
        let ending = Ending::of(&ran);
        result = Some(ran);
        Some(ending)
    };
    let passed = around(cx, &mut once, F::answer(&mut answer));
    concluded(result, answer, passed)
}

fn around(
    cx: &ExecutionCtx<'_>,
    once: &mut dyn FnMut() -> Option<Ending>,
    answer: Option<&mut dyn Any>,
) -> Result<(), BoxError> {
    let core = cx.scope.core();
    let path = [cx.record.node];
    let operation = Operation::new(OperationKind::Execute, &path, Some(cx));
    let mut execution = Execution { once, answer, status: Status::Failed };
    core.executions.extensions.around(core, &operation, &mut execution)
}

/// The execution of a flow, as extensions let it go on. It does not know the flow's type, so
/// that little is compiled for each of them.
struct Execution<'e> {
    /// Runs it; nothing if it has run already.
    once: &'e mut dyn FnMut() -> Option<Ending>,
    answer: Option<&'e mut dyn Any>,
    status: Status,
}

impl Work for Execution<'_> {
    fn run(&mut self) -> Result<(), BoxError> {
        let Some(ending) = (self.once)() else { return Err("it has run already".into()) };
        self.status = ending.status;
        ending.told
    }

    fn answer(&mut self) -> Option<&mut dyn Any> {
        match &mut self.answer {
            Some(answer) => Some(*answer),
            None => None,
        }
    }

    fn status(&self) -> Status {
        self.status
    }
}

async fn extended_async<F: Flow<R>, R: Returns>(cx: &ExecutionCtx<'_>, flow: F) -> Ran<R> {
    let core = cx.scope.core();
    let path = [cx.record.node];
    let operation = Operation::new(OperationKind::Execute, &path, Some(cx));
    let mut execution: AsyncExecution<'_, '_, F, R> =
        AsyncExecution { cx, flow: Some(flow), result: None, answer: None, status: Status::Failed };
    let passed = core.executions.extensions.around_async(core, &operation, &mut execution).await;
    concluded(execution.result, execution.answer, passed)
}

/// As [`Execution`], of an async one.
struct AsyncExecution<'e, 'x, F, R: Returns> {
    cx: &'e ExecutionCtx<'x>,
    flow: Option<F>,
    result: Option<Ran<R>>,
    answer: Option<R::Output>,
    status: Status,
}

impl<F: Flow<R>, R: Returns> WorkAsync for AsyncExecution<'_, '_, F, R> {
    fn run(&mut self) -> BoxFuture<'_, Result<(), BoxError>> {
        Box::pin(async move {
            let Some(flow) = self.flow.take() else { return Err("it has run already".into()) };
            let ran = run_async::perform(self.cx, flow).await;
            let ending = Ending::of(&ran);
            self.status = ending.status;
            self.result = Some(ran);
            ending.told
        })
    }

    fn answer(&mut self) -> Option<&mut dyn Any> {
        F::answer(&mut self.answer)
    }

    fn status(&self) -> Status {
        self.status
    }
}

/// How a flow has ended, as extensions are told.
struct Ending {
    status: Status,
    told: Result<(), BoxError>,
}

impl Ending {
    fn of<T, E: fmt::Display>(result: &Result<T, FlowError<E>>) -> Self {
        match result {
            Ok(_) => Self { status: Status::Success, told: Ok(()) },
            Err(error) => Self { status: error.status(), told: Err(failure(error)) },
        }
    }
}

/// The result, after the extensions had their say.
fn concluded<T, E>(
    result: Option<Result<T, FlowError<E>>>,
    answer: Option<T>,
    passed: Result<(), BoxError>,
) -> Result<T, FlowError<E>> {
    match (result, passed) {
        // The flow's own failure always wins.
        (Some(Err(error)), _) => Err(error),
        (_, Err(error)) => Err(FlowError::Extension(error)),
        (Some(result), Ok(())) => result,
        (None, Ok(())) => {
            let nothing = || FlowError::Extension("an extension answered with nothing".into());
            answer.ok_or_else(nothing)
        }
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
