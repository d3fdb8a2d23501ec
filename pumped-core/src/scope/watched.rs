//! What extensions see of a scope: every function of an executor that is run, and every
//! change. Only called where there is one.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr::NonNull;

use super::core::Core;
use super::fixed::{self, Claim, Step};
use crate::cleanup::{CleanupVec, discard, report, run_discarded};
use crate::current;
use crate::error::{BoxError, ResolveError, ResolveErrorKind, ScopeError};
use crate::extension::{BoxFuture, Operation, OperationKind, Work, WorkAsync};
use crate::node::Node;
use crate::sync::Arc;
use crate::tree::Status;
use crate::value::{self, Header};

/// Runs an executor's function for the value of a room.
#[cold]
pub(super) fn resolve(
    core: &Arc<Core>,
    node: &'static Node,
    attempt: u64,
    room: NonNull<Header>,
    above: &[Step],
) -> Result<CleanupVec, ResolveError> {
    let mut path: Vec<_> = above.iter().map(|step| step.target.builder).collect();
    if above.is_empty() {
        path.extend(core.lock().waiting_for(attempt));
    }
    path.push(node);
    let mut resolving = Resolving { core, node, room, result: None };
    let passed = around(core, OperationKind::Resolve, &path, &mut resolving);
    concluded(core, node, room, resolving.result, passed)
}

/// The result, after the extensions had their say.
fn concluded(
    core: &Arc<Core>,
    node: &'static Node,
    room: NonNull<Header>,
    result: Option<Result<CleanupVec, ResolveError>>,
    passed: Result<(), BoxError>,
) -> Result<CleanupVec, ResolveError> {
    match (result, passed) {
        (Some(Err(error)), _) => Err(error),
        (Some(Ok(cleanups)), Ok(())) => Ok(cleanups),
        (Some(Ok(cleanups)), Err(error)) => {
            // SAFETY: the room lives until it is given up.
            let inputs = unsafe { value::inputs(room) };
            run_discarded(node, core, cleanups, inputs);
            if let Some(drop_value) = node.drop_value {
                // SAFETY: the value was built, and nobody has seen it.
                let dropped = catch_unwind(AssertUnwindSafe(|| unsafe { drop_value(room) }));
                if let Err(payload) = dropped {
                    discard(payload);
                }
            }
            Err(ResolveError::vetoed(node, error))
        }
        (None, Err(error)) => Err(ResolveError::vetoed(node, error)),
        (None, Ok(())) => unreachable!("nothing but a run ends well"),
    }
}

/// As [`resolve`], of an async executor.
pub(super) async fn resolve_async(
    core: &Arc<Core>,
    path: &[&'static Node],
    claim: Claim,
) -> Result<CleanupVec, ResolveError> {
    let node = *path.last().expect("a path ends at the node");
    let operation = Operation::new(OperationKind::Resolve, path, None);
    let mut resolving = ResolvingAsync { core, node, claim, result: None };
    let extensions = &core.executions.extensions;
    let passed = extensions.around_async(core, &operation, &mut resolving).await;
    concluded(core, node, claim.room, resolving.result, passed)
}

struct ResolvingAsync<'c> {
    core: &'c Arc<Core>,
    node: &'static Node,
    claim: Claim,
    result: Option<Result<CleanupVec, ResolveError>>,
}

impl WorkAsync for ResolvingAsync<'_> {
    fn run(&mut self) -> BoxFuture<'_, Result<(), BoxError>> {
        Box::pin(async move {
            let result = fixed::call_async(self.core, self.node, self.claim).await;
            let told = result.as_ref().map(drop).map_err(|error| error.clone().into());
            self.result = Some(result);
            told
        })
    }
}

struct Resolving<'c> {
    core: &'c Arc<Core>,
    node: &'static Node,
    room: NonNull<Header>,
    result: Option<Result<CleanupVec, ResolveError>>,
}

impl Work for Resolving<'_> {
    fn run(&mut self) -> Result<(), BoxError> {
        let result = fixed::call(self.core, self.node, self.room);
        let told = result.as_ref().map(drop).map_err(|error| error.clone().into());
        self.result = Some(result);
        told
    }

    fn status(&self) -> Status {
        match &self.result {
            Some(Err(error)) if error.kind() == ResolveErrorKind::Panicked => Status::Panicked,
            _ => Status::Failed,
        }
    }
}

/// Makes a change, if there are extensions through them.
#[inline]
pub(super) fn change<T>(
    core: &Arc<Core>,
    kind: OperationKind,
    node: &'static Node,
    change: impl FnOnce() -> Result<T, ScopeError>,
) -> Result<T, ScopeError> {
    if core.executions.extensions.is_empty() {
        return change();
    }
    let mut changing = Changing { change: Some(change), result: None };
    let passed = around(core, kind, &[node], &mut changing);
    match (changing.result, passed) {
        // What has happened has happened: there is nobody to return this to.
        (Some(Ok(value)), Err(error)) => {
            report(error);
            Ok(value)
        }
        (Some(result), _) => result,
        (None, Err(error)) => Err(ScopeError::Vetoed(error.into())),
        (None, Ok(())) => unreachable!("nothing but a run ends well"),
    }
}

struct Changing<F, T> {
    change: Option<F>,
    result: Option<Result<T, ScopeError>>,
}

impl<F: FnOnce() -> Result<T, ScopeError>, T> Work for Changing<F, T> {
    fn run(&mut self) -> Result<(), BoxError> {
        let Some(change) = self.change.take() else { return Err("it has run already".into()) };
        let result = change();
        let told = result.as_ref().map(drop).map_err(|error| error.clone().into());
        self.result = Some(result);
        told
    }
}

fn around(
    core: &Arc<Core>,
    kind: OperationKind,
    path: &[&'static Node],
    work: &mut dyn Work,
) -> Result<(), BoxError> {
    current::with_execution(Arc::as_ptr(core), |execution| {
        let operation = Operation::new(kind, path, execution);
        core.executions.extensions.around(core, &operation, work)
    })
}
