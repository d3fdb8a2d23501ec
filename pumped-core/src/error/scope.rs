//! Why a scope could not be built, or a change to it was refused.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use super::{ResolveError, ResolveErrorKind, write_path};

/// Why a change to a live value was refused.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum ScopeError {
    /// The value could not be resolved.
    Resolve(ResolveError),
    /// The change was asked for by something that depends on it, so that it could
    /// never come to rest; the error carries the path.
    Cycle(ResolveError),
    /// The scope is disposed, or being disposed.
    Disposed,
    /// An extension refused the change, or failed around it.
    Vetoed(Arc<dyn Error + Send + Sync>),
}

impl From<ResolveError> for ScopeError {
    fn from(error: ResolveError) -> Self {
        match error.kind() {
            ResolveErrorKind::Disposed => Self::Disposed,
            _ => Self::Resolve(error),
        }
    }
}

impl fmt::Display for ScopeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Resolve(error) | Self::Cycle(error) => error.fmt(f),
            Self::Disposed => f.write_str("the scope is disposed"),
            Self::Vetoed(error) => error.fmt(f),
        }
    }
}

impl Error for ScopeError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Resolve(error) | Self::Cycle(error) => error.source(),
            Self::Disposed => None,
            Self::Vetoed(error) => Some(&**error),
        }
    }
}

/// Everything that is wrong with a scope, found before it is used.
#[derive(Clone, Debug)]
pub struct BuildError {
    problems: Vec<BuildProblem>,
}

/// One finding of a [`BuildError`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BuildProblem {
    /// An executor without a body is needed and has no value.
    NotProvided {
        /// The executor.
        executor: &'static str,
        /// From the root that was checked to the executor.
        path: Vec<&'static str>,
    },
    /// A tag is needed and not set.
    MissingTag {
        /// The tag's type.
        tag: &'static str,
        /// From the root that was checked to the executor that takes it.
        path: Vec<&'static str>,
    },
    /// Presets made an executor depend on itself.
    Cycle {
        /// From the executor back to itself.
        path: Vec<&'static str>,
    },
    /// An executor was given two presets or two values, or a flow two presets.
    PresetTwice {
        /// The executor or flow.
        executor: &'static str,
    },
    /// An extension could not be set up.
    Extension {
        /// The extension.
        extension: String,
        /// What it said.
        error: String,
    },
}

impl BuildError {
    pub(crate) fn check(problems: Vec<BuildProblem>) -> Result<(), Self> {
        if problems.is_empty() { Ok(()) } else { Err(Self::new(problems)) }
    }

    /// An error with at least one finding.
    pub(crate) fn new(problems: Vec<BuildProblem>) -> Self {
        Self { problems }
    }

    /// The findings, at least one.
    #[must_use]
    pub fn problems(&self) -> &[BuildProblem] {
        &self.problems
    }
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.problems[..] {
            [only] => write!(f, "the scope cannot be built: {only}"),
            several => {
                write!(f, "the scope cannot be built, {} problems:", several.len())?;
                several.iter().try_for_each(|problem| write!(f, "\n- {problem}"))
            }
        }
    }
}

impl Error for BuildError {}

impl fmt::Display for BuildProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotProvided { executor, path } => {
                write!(
                    f,
                    "no value for `{executor}`: add `.provide::<{executor}>(..)` (needed by "
                )?;
                write_path(f, path)?;
                f.write_str(")")
            }
            Self::MissingTag { tag, path } => {
                write!(f, "missing tag `{tag}`: add `.tag(..)` (needed by ")?;
                write_path(f, path)?;
                f.write_str(")")
            }
            Self::Cycle { path } => {
                f.write_str("presets make a dependency cycle: ")?;
                write_path(f, path)
            }
            Self::PresetTwice { executor } => write!(f, "`{executor}` is replaced twice"),
            Self::Extension { extension, error } => {
                write!(f, "the extension `{extension}` could not be set up: {error}")
            }
        }
    }
}
