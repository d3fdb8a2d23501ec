//! Spans for what a scope does.

use std::time::Instant;

use tracing::field::{Empty, display};
use tracing::{Span, debug, debug_span, error, info_span, warn};

use super::{Extension, Next, Operation, OperationError, OperationKind};
use crate::error::BoxError;
use crate::tree::Status;

/// A [`tracing`](https://docs.rs/tracing) span around every operation of a scope, and an
/// event at its end: with the feature `tracing`.
///
/// | operation | span | level |
/// | --- | --- | --- |
/// | a flow | `execute` | info |
/// | an executor's function | `resolve` | debug |
/// | an update, a release | `update`, `release` | debug |
///
/// Each has the fields `name`, `otel.name`, `code.filepath` and `code.lineno` of the
/// declaration, and in the end `outcome` (`success`, `failed`, `panicked`, …),
/// `duration_us` and, if it has failed, `error` and `otel.status_code`. A flow that
/// returns an error ends with a warning, a panic and an executor that fails with an error.
///
/// ```
/// use pumped::extension::Tracing;
/// use pumped::prelude::*;
///
/// #[flow]
/// fn ping() -> &'static str { "pong" }
///
/// let scope = Scope::builder().extension(Tracing::new()).build().unwrap();
/// scope.exec(ping()).unwrap(); // INFO execute{name="ping" ..}
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Tracing(());

impl Tracing {
    /// Spans for every operation.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

/// A span with the fields that all have.
macro_rules! span {
    ($span:ident, $what:literal, $operation:expr) => {{
        let (name, node) = ($operation.name(), $operation.node());
        $span!(
            target: "pumped",
            $what,
            name,
            otel.name = name,
            otel.status_code = Empty,
            code.filepath = node.file(),
            code.lineno = node.line(),
            outcome = Empty,
            duration_us = Empty,
            error = Empty,
        )
    }};
}

fn span(operation: &Operation<'_>) -> Span {
    match operation.kind() {
        OperationKind::Execute => span!(info_span, "execute", operation),
        OperationKind::Resolve => span!(debug_span, "resolve", operation),
        OperationKind::Update => span!(debug_span, "update", operation),
        OperationKind::Release => span!(debug_span, "release", operation),
    }
}

impl Extension for Tracing {
    fn name(&self) -> &'static str {
        "tracing"
    }

    /// Outside of all that says nothing else: what others log is inside of the span.
    fn order(&self) -> i32 {
        0
    }

    fn wrap(&self, operation: &Operation<'_>, next: Next<'_>) -> Result<(), BoxError> {
        let span = span(operation);
        let _inside = span.enter();
        let started = Instant::now();
        let result = next.run();
        end(&span, operation.kind(), started, &result);
        result
    }
}

/// Says how it has ended.
fn end(span: &Span, kind: OperationKind, started: Instant, result: &Result<(), BoxError>) {
    let duration_us = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
    span.record("duration_us", duration_us);
    let Err(error) = result else {
        span.record("outcome", Status::Success.name());
        return debug!(target: "pumped", duration_us, "ended");
    };
    let status = error.downcast_ref().map_or(Status::Failed, OperationError::status);
    span.record("outcome", status.name());
    span.record("otel.status_code", "ERROR");
    span.record("error", display(error));
    if kind == OperationKind::Execute && status == Status::Failed {
        warn!(target: "pumped", duration_us, error = %error, "failed");
    } else {
        error!(target: "pumped", duration_us, error = %error, "{status}");
    }
}
