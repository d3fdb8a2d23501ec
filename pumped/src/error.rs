//! What can go wrong, as types: each error says where, and keeps the user's own
//! error as its source.

use std::any::Any;
use std::error::Error;
use std::fmt;
use std::sync::{Arc, OnceLock};

use crate::node::Node;

/// Any error that a user's function may return.
pub type BoxError = Box<dyn Error + Send + Sync + 'static>;

/// Why a value could not be resolved, and on which path.
///
/// Cheap to clone: everybody who waited for the attempt that failed gets the
/// same error. [`source`](Error::source) is the user's own error.
///
/// ```
/// use std::error::Error;
/// use pumped::prelude::*;
/// use pumped::error::ResolveErrorKind;
///
/// #[executor]
/// fn database() -> Result<u32, std::num::ParseIntError> { "x".parse() }
/// #[executor]
/// fn server(database: Dep<database>) -> u32 { *database }
///
/// let scope = Scope::new();
/// let error = scope.get::<server>().unwrap_err();
/// assert_eq!(error.executor(), "database");
/// assert_eq!(error.path(), ["server", "database"]);
/// assert_eq!(error.kind(), ResolveErrorKind::Failed);
/// assert!(error.source().unwrap().is::<std::num::ParseIntError>());
/// assert_eq!(error.to_string(), "resolving `server` -> `database`: invalid digit found in string");
/// ```
#[derive(Clone)]
pub struct ResolveError(Arc<Level>);

/// The error as one executor on the path sees it.
struct Level {
    cause: Cause,
    path: OnceLock<Box<[&'static str]>>,
}

enum Cause {
    Origin(Origin),
    Through(&'static str, ResolveError),
    /// What is left behind while a long path is dropped.
    Taken,
}

struct Origin {
    kind: ResolveErrorKind,
    names: Vec<&'static str>,
    detail: String,
    source: Option<BoxError>,
}

/// The kinds of [`ResolveError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ResolveErrorKind {
    /// The executor's function returned an error.
    Failed,
    /// The executor's function panicked; the source is a [`Panic`].
    Panicked,
    /// The executor needs itself, by a lazy handle, a controller or a preset.
    Cycle,
    /// A tag that the executor takes is not set on the scope.
    MissingTag,
    /// The executor has no body and nobody provided its value.
    NotProvided,
    /// The scope is disposed, or being disposed.
    Disposed,
}

impl ResolveError {
    fn origin(
        kind: ResolveErrorKind,
        names: Vec<&'static str>,
        detail: String,
        source: Option<BoxError>,
    ) -> Self {
        Self::level(Cause::Origin(Origin { kind, names, detail, source }))
    }

    fn level(cause: Cause) -> Self {
        Self(Arc::new(Level { cause, path: OnceLock::new() }))
    }

    /// The user's function returned `source`. An error of ours that it passed on
    /// keeps its kind and its source, and becomes part of the path.
    #[cold]
    pub(crate) fn failed(node: &'static Node, source: BoxError) -> Self {
        match source.downcast::<Self>() {
            Ok(inner) => inner.through(node),
            Err(source) => {
                let detail = source.to_string();
                Self::origin(ResolveErrorKind::Failed, vec![node.name()], detail, Some(source))
            }
        }
    }

    pub(crate) fn panicked(node: &'static Node, payload: &(dyn Any + Send)) -> Self {
        let panic = Panic::new(node, payload);
        let detail = panic.to_string();
        let source = Some(panic.into());
        Self::origin(ResolveErrorKind::Panicked, vec![node.name()], detail, source)
    }

    pub(crate) fn cycle(names: Vec<&'static str>) -> Self {
        Self::origin(ResolveErrorKind::Cycle, names, "dependency cycle".into(), None)
    }

    pub(crate) fn missing_tag(node: &'static Node, tag: &str) -> Self {
        let detail = format!("missing tag `{tag}`: set it with `Scope::builder().tag(..)`");
        Self::origin(ResolveErrorKind::MissingTag, vec![node.name()], detail, None)
    }

    pub(crate) fn not_provided(node: &'static Node) -> Self {
        let name = node.name();
        let detail = format!(
            "`{name}` has no body: give its value with `Scope::builder().provide::<{name}>(..)`"
        );
        Self::origin(ResolveErrorKind::NotProvided, vec![name], detail, None)
    }

    pub(crate) fn disposed(node: &'static Node) -> Self {
        let detail = "the scope is disposed".into();
        Self::origin(ResolveErrorKind::Disposed, vec![node.name()], detail, None)
    }

    /// The error as the dependent `node` sees it.
    pub(crate) fn through(&self, node: &'static Node) -> Self {
        Self::level(Cause::Through(node.name(), self.clone()))
    }

    fn root(&self) -> &Origin {
        let mut level = self;
        loop {
            match &level.0.cause {
                Cause::Origin(origin) => return origin,
                Cause::Through(_, inner) => level = inner,
                Cause::Taken => unreachable!("only a level that is being dropped is empty"),
            }
        }
    }

    /// The name of the executor that failed.
    ///
    /// # Panics
    /// Never: a path has at least one name.
    #[must_use]
    pub fn executor(&self) -> &'static str {
        self.path().last().expect("a path has at least one name")
    }

    /// The names from the executor that was asked for to the one that failed.
    ///
    /// Put together at the first call.
    #[must_use]
    pub fn path(&self) -> &[&'static str] {
        self.0.path.get_or_init(|| {
            let mut names = Vec::new();
            let mut level = self;
            loop {
                match &level.0.cause {
                    Cause::Origin(origin) => names.extend(&origin.names),
                    Cause::Through(name, inner) => {
                        names.push(*name);
                        level = inner;
                        continue;
                    }
                    Cause::Taken => {}
                }
                return names.into();
            }
        })
    }

    /// What kind of error it is.
    #[must_use]
    pub fn kind(&self) -> ResolveErrorKind {
        self.root().kind
    }
}

impl Drop for Level {
    /// A path may be as long as the graph is deep, so it is taken apart in a loop.
    fn drop(&mut self) {
        while let Cause::Through(_, inner) = std::mem::replace(&mut self.cause, Cause::Taken) {
            if let Some(mut level) = Arc::into_inner(inner.0) {
                self.cause = std::mem::replace(&mut level.cause, Cause::Taken);
            }
        }
    }
}

impl fmt::Display for ResolveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("resolving ")?;
        write_path(f, self.path())?;
        write!(f, ": {}", self.root().detail)
    }
}

impl fmt::Debug for ResolveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResolveError")
            .field("kind", &self.kind())
            .field("path", &self.path())
            .field("detail", &self.root().detail)
            .finish()
    }
}

impl Error for ResolveError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.root().source.as_ref().map(|source| &**source as _)
    }
}

/// Writes `` `a` -> `b` ``.
pub(crate) fn write_path(f: &mut impl fmt::Write, path: &[&str]) -> fmt::Result {
    for (at, name) in path.iter().enumerate() {
        let arrow = if at == 0 { "" } else { " -> " };
        write!(f, "{arrow}`{name}`")?;
    }
    Ok(())
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
        }
    }
}

impl Error for ScopeError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Resolve(error) | Self::Cycle(error) => error.source(),
            Self::Disposed => None,
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
    /// An executor was given two presets, or two values.
    PresetTwice {
        /// The executor.
        executor: &'static str,
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
        }
    }
}

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
