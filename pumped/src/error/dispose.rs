//! What went wrong at the end of a value, or of a scope.

use std::any::Any;
use std::error::Error;
use std::fmt;
use std::sync::Arc;

use super::{BoxError, Panic};
use crate::node::Node;

/// A cleanup that returned an error or panicked.
#[derive(Clone, Debug)]
pub struct CleanupError {
    node: &'static Node,
    source: Arc<dyn Error + Send + Sync>,
}

impl CleanupError {
    pub(crate) fn new(node: &'static Node, source: BoxError) -> Self {
        Self { node, source: source.into() }
    }

    pub(crate) fn panicked(node: &'static Node, payload: &(dyn Any + Send)) -> Self {
        Self { node, source: Arc::new(Panic::new(node, payload)) }
    }

    /// The name of the executor whose value was cleaned up.
    #[must_use]
    pub fn executor(&self) -> &'static str {
        self.node.name()
    }

    /// The declaration of that executor.
    #[must_use]
    pub fn node(&self) -> &'static Node {
        self.node
    }
}

impl fmt::Display for CleanupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cleaning up `{}`: {}", self.node.name(), self.source)
    }
}

impl Error for CleanupError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&*self.source)
    }
}

/// Why [`Scope::dispose`](crate::Scope::dispose) did not end well.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum DisposeError {
    /// The scope is disposed, but cleanups failed.
    Cleanup(Arc<[CleanupError]>),
    /// Asked for from inside a build, a cleanup or a callback of the same scope,
    /// which would have to wait for itself. Nothing was disposed.
    Nested,
}

impl DisposeError {
    /// The cleanups that failed, in the order in which they ran.
    #[must_use]
    pub fn errors(&self) -> &[CleanupError] {
        match self {
            Self::Cleanup(errors) => errors,
            Self::Nested => &[],
        }
    }
}

impl fmt::Display for DisposeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cleanup(errors) => {
                f.write_str("disposing the scope: ")?;
                for (at, error) in errors.iter().enumerate() {
                    let separator = if at == 0 { "" } else { "; " };
                    write!(f, "{separator}{error}")?;
                }
                Ok(())
            }
            Self::Nested => f.write_str(
                "a scope cannot be disposed from inside its own build, cleanup or callback",
            ),
        }
    }
}

impl Error for DisposeError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.errors().first().map(|error| error as _)
    }
}
