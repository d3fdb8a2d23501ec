//! What can go wrong, as types: each error says where, and keeps the user's own
//! error as its source.

mod dispose;
mod flow;
mod resolve;
mod scope;

use std::any::Any;
use std::error::Error;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use crate::cleanup::discard;
use crate::node::Node;

pub use dispose::{CleanupError, DisposeError, ExtensionError};
pub use flow::{Fault, FlowError};
pub use resolve::{ResolveError, ResolveErrorKind};
pub use scope::{BuildError, BuildProblem, ScopeError};

/// Any error that a user's function may return.
pub type BoxError = Box<dyn Error + Send + Sync + 'static>;

/// Writes `` `a` -> `b` ``.
pub(crate) fn write_path(f: &mut impl fmt::Write, path: &[&str]) -> fmt::Result {
    for (at, name) in path.iter().enumerate() {
        let arrow = if at == 0 { "" } else { " -> " };
        write!(f, "{arrow}`{name}`")?;
    }
    Ok(())
}

/// What an error says. It is the user's code that says it, and may panic: what failed
/// has to come to its end all the same.
pub(crate) fn text_of(error: &(impl fmt::Display + ?Sized)) -> String {
    let text = catch_unwind(AssertUnwindSafe(|| error.to_string()));
    text.unwrap_or_else(|payload| {
        discard(payload);
        "an error whose text could not be made".into()
    })
}

/// A panic in user code that pumped caught.
#[derive(Clone, Debug)]
pub struct Panic {
    message: Arc<str>,
    node: &'static Node,
}

impl Panic {
    pub(crate) fn new(node: &'static Node, payload: &(dyn Any + Send)) -> Self {
        Self { message: panic_message(payload).into(), node }
    }

    /// What the panic said; empty if its payload is no text.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The file of the declaration whose code panicked.
    #[must_use]
    pub fn file(&self) -> &'static str {
        self.node.file()
    }

    /// The line of the declaration whose code panicked.
    #[must_use]
    pub fn line(&self) -> u32 {
        self.node.line()
    }
}

impl fmt::Display for Panic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { message, node } = self;
        write!(f, "panicked ({}:{}): {message}", node.file(), node.line())
    }
}

impl Error for Panic {}

pub(crate) fn panic_message(payload: &(dyn Any + Send)) -> &str {
    let text = payload.downcast_ref::<&str>().copied();
    text.or_else(|| payload.downcast_ref::<String>().map(String::as_str)).unwrap_or("")
}
