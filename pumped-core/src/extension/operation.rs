//! What an extension is told.

use std::error::Error;
use std::fmt;
use std::time::{Duration, Instant};

use crate::error::text_of;
use crate::execution::ExecutionCtx;
use crate::node::Node;
use crate::tree::Status;

/// What a scope is about to do, or has done.
pub struct Operation<'o> {
    kind: OperationKind,
    /// The node itself comes last.
    path: &'o [&'static Node],
    execution: Option<&'o ExecutionCtx<'o>>,
}

/// The kinds of [`Operation`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OperationKind {
    /// The function of an executor is run for a value.
    Resolve,
    /// A mutable executor gets another value.
    Update,
    /// The value of a live executor is dropped.
    Release,
    /// A flow is run.
    Execute,
}

impl OperationKind {
    /// The lower-case word for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Resolve => "resolve",
            Self::Update => "update",
            Self::Release => "release",
            Self::Execute => "execute",
        }
    }
}

impl fmt::Display for OperationKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl<'o> Operation<'o> {
    pub(crate) fn new(
        kind: OperationKind,
        path: &'o [&'static Node],
        execution: Option<&'o ExecutionCtx<'o>>,
    ) -> Self {
        Self { kind, path, execution }
    }

    /// What kind of operation it is.
    #[must_use]
    pub fn kind(&self) -> OperationKind {
        self.kind
    }

    /// The name of the executor or flow; of a root execution, what it was given instead.
    #[must_use]
    pub fn name(&self) -> &'o str {
        match (self.kind, self.execution) {
            (OperationKind::Execute, Some(execution)) => execution.name(),
            _ => self.node().name(),
        }
    }

    /// The declaration of the executor or flow: its place, and its `meta(..)`.
    ///
    /// # Panics
    /// Never: a path ends at the node.
    #[must_use]
    pub fn node(&self) -> &'static Node {
        self.path.last().expect("a path ends at the node")
    }

    /// Of an executor that is resolved because others need it: from the one that was
    /// asked for down to this one. Of all else only itself.
    #[must_use]
    pub fn path(&self) -> &'o [&'static Node] {
        self.path
    }

    /// The execution itself, or the one in which this thread does all else; none for an
    /// async build, which belongs to nobody who waits for it.
    #[must_use]
    pub fn execution(&self) -> Option<&'o ExecutionCtx<'o>> {
        self.execution
    }
}

impl fmt::Debug for Operation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind, self.name())
    }
}

/// How an operation ended.
pub struct Outcome<'o> {
    status: Status,
    error: Option<&'o (dyn Error + 'static)>,
    started: Instant,
}

impl<'o> Outcome<'o> {
    pub(super) fn new(
        status: Status,
        error: Option<&'o (dyn Error + 'static)>,
        started: Instant,
    ) -> Self {
        Self { status, error, started }
    }

    /// Whether it ended well.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        self.error.is_none()
    }

    /// How it ended.
    #[must_use]
    pub fn status(&self) -> Status {
        self.status
    }

    /// Why it ended badly. The error of a flow may be of any type, so it is shown as a
    /// text.
    #[must_use]
    pub fn error(&self) -> Option<&'o (dyn Error + 'static)> {
        self.error
    }

    /// How long it has taken until now.
    #[must_use]
    pub fn duration(&self) -> Duration {
        self.started.elapsed()
    }
}

/// What [`Next::run`](super::Next::run) says of an operation that has failed. The error
/// itself goes to whoever asked for the operation, and to
/// [`on_error`](super::Extension::on_error).
#[derive(Clone, Debug)]
pub struct OperationError {
    status: Status,
    text: String,
}

impl OperationError {
    pub(super) fn new(status: Status, error: &(dyn Error + 'static)) -> Self {
        Self { status, text: text_of(error) }
    }

    /// How the operation ended.
    #[must_use]
    pub fn status(&self) -> Status {
        self.status
    }
}

impl fmt::Display for OperationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Error for OperationError {}

impl fmt::Debug for Outcome<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outcome").field("status", &self.status).field("error", &self.error).finish()
    }
}
