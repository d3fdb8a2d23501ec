//! Spans for what a scope does.

use std::time::Instant;

use tracing::field::{Empty, display};
use tracing::{Instrument, Span, debug, debug_span, error, info_span, warn};

use super::{BoxFuture, Extension, Next, NextAsync, Operation, OperationError, OperationKind};
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
/// returns an error, runs out of time or is cancelled ends with a warning, a panic and an
/// executor that fails with an error; what is async is entered for each poll, and
/// `cancelled`, at the level debug, if it is dropped with what is around it.
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
        let running = Running::begin(operation);
        let _inside = running.span.clone().entered();
        running.end(next.run())
    }

    fn wrap_async<'a>(
        &'a self,
        operation: &'a Operation<'a>,
        next: NextAsync<'a>,
    ) -> BoxFuture<'a, Result<(), BoxError>> {
        let running = Running::begin(operation);
        // The span is entered for each poll, and left between them.
        let span = running.span.clone();
        Box::pin(async move { running.end(next.run().await) }.instrument(span))
    }
}

/// An operation in its span. If it is dropped before its end, it was cancelled.
struct Running {
    span: Span,
    kind: OperationKind,
    /// Also where the span is not wanted, an event says what it is about.
    name: String,
    started: Instant,
    has_ended: bool,
}

impl Running {
    fn begin(operation: &Operation<'_>) -> Self {
        let (span, kind) = (span(operation), operation.kind());
        let name = operation.name().to_owned();
        Self { span, kind, name, started: Instant::now(), has_ended: false }
    }

    /// Says how it has ended; inside of its span.
    fn end(mut self, result: Result<(), BoxError>) -> Result<(), BoxError> {
        self.has_ended = true;
        let duration_us = self.took();
        let Err(error) = &result else {
            self.span.record("outcome", Status::Success.name());
            debug!(target: "pumped", name = self.name, duration_us, "ended");
            return result;
        };
        let status = error.downcast_ref().map_or(Status::Failed, OperationError::status);
        self.span.record("outcome", status.name());
        self.span.record("otel.status_code", "ERROR");
        self.span.record("error", display(error));
        if self.kind == OperationKind::Execute && status != Status::Panicked {
            warn!(target: "pumped", name = self.name, duration_us, error = %error, "{status}");
        } else {
            error!(target: "pumped", name = self.name, duration_us, error = %error, "{status}");
        }
        result
    }

    fn took(&self) -> u64 {
        let took = u64::try_from(self.started.elapsed().as_micros()).unwrap_or(u64::MAX);
        self.span.record("duration_us", took);
        took
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if !self.has_ended {
            let duration_us = self.took();
            self.span.record("outcome", Status::Cancelled.name());
            let name = &*self.name;
            self.span.in_scope(|| debug!(target: "pumped", name, duration_us, "cancelled"));
        }
    }
}
