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

/// An extension that could not be disposed.
#[derive(Clone, Debug)]
pub struct ExtensionError {
    extension: Arc<str>,
    source: Arc<dyn Error + Send + Sync>,
}

impl ExtensionError {
    pub(crate) fn new(extension: &str, source: BoxError) -> Self {
        Self { extension: extension.into(), source: source.into() }
    }

    /// The name of the extension.
    #[must_use]
    pub fn extension(&self) -> &str {
        &self.extension
    }
}

impl fmt::Display for ExtensionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "disposing the extension `{}`: {}", self.extension, self.source)
    }
}

impl Error for ExtensionError {
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
    /// The scope is disposed, but extensions could not be, and maybe cleanups failed.
    Extension {
        /// The cleanups that failed.
        cleanups: Arc<[CleanupError]>,
        /// The extensions that failed, at least one.
        extensions: Arc<[ExtensionError]>,
    },
    /// Something async is alive, which a sync `dispose` cannot wait for. Nothing was
    /// disposed.
    Running,
    /// Asked for from inside an execution, a build, a cleanup or a callback of the same scope,
    /// which would have to wait for itself. Nothing was disposed.
    Nested,
}

impl DisposeError {
    /// What has failed, if anything has.
    pub(crate) fn check(
        cleanups: Vec<CleanupError>,
        extensions: Vec<ExtensionError>,
    ) -> Result<(), Self> {
        match (cleanups.is_empty(), extensions.is_empty()) {
            (true, true) => Ok(()),
            (false, true) => Err(Self::Cleanup(cleanups.into())),
            (_, false) => {
                Err(Self::Extension { cleanups: cleanups.into(), extensions: extensions.into() })
            }
        }
    }

    /// The cleanups that failed, in the order in which they ran.
    #[must_use]
    pub fn errors(&self) -> &[CleanupError] {
        match self {
            Self::Cleanup(errors) | Self::Extension { cleanups: errors, .. } => errors,
            Self::Nested | Self::Running => &[],
        }
    }

    /// The extensions that failed, in the order in which they were disposed.
    #[must_use]
    pub fn extensions(&self) -> &[ExtensionError] {
        match self {
            Self::Extension { extensions, .. } => extensions,
            Self::Cleanup(_) | Self::Nested | Self::Running => &[],
        }
    }
}

impl fmt::Display for DisposeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Running => f.write_str(
                "something async is running in the scope: await `dispose_async`, or end it first",
            ),
            Self::Nested => f.write_str(
                "a scope cannot be disposed from inside its own execution, build, cleanup or callback",
            ),
            Self::Cleanup(_) | Self::Extension { .. } => {
                f.write_str("disposing the scope")?;
                let cleanups = self.errors().iter().map(|error| error as &dyn fmt::Display);
                let extensions = self.extensions().iter().map(|error| error as &dyn fmt::Display);
                for (at, error) in cleanups.chain(extensions).enumerate() {
                    let separator = if at == 0 { ": " } else { "; " };
                    write!(f, "{separator}{error}")?;
                }
                Ok(())
            }
        }
    }
}

impl Error for DisposeError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        let cleanup = self.errors().first().map(|error| error as _);
        cleanup.or_else(|| self.extensions().first().map(|error| error as _))
    }
}
