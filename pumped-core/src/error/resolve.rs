//! Why a value could not be resolved, and on which path.

use std::any::Any;
use std::error::Error;
use std::fmt;
use std::sync::{Arc, OnceLock};

use super::{BoxError, Panic, text_of, write_path};
use crate::node::Node;

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
    /// Nobody was left to wait for the async build.
    Cancelled,
    /// An extension refused it, or failed around it; the source is the extension's error.
    Vetoed,
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
                let detail = text_of(&*source);
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

    /// As [`missing_tag`](Self::missing_tag), of a flow, which has other places to find it.
    #[cold]
    pub(crate) fn missing_tag_of_flow(node: &'static Node, tag: &str) -> Self {
        let detail = format!(
            "missing tag `{tag}`: set it with `scope.context().tag(..)` or `cx.set(..)`, \
             or for all executions with `Scope::builder().tag(..)`"
        );
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

    pub(crate) fn cancelled(node: &'static Node) -> Self {
        let detail = "nobody waited for it any more".into();
        Self::origin(ResolveErrorKind::Cancelled, vec![node.name()], detail, None)
    }

    /// An async executor would have to be built where nothing can be awaited.
    #[cold]
    pub(crate) fn not_awaited(node: &'static Node) -> Self {
        let detail = "it is async, and stale where nothing can be awaited: \
                      await it, with `get_async`, `exec_async` or a `watch`";
        Self::origin(ResolveErrorKind::Failed, vec![node.name()], detail.into(), None)
    }

    pub(crate) fn vetoed(node: &'static Node, source: BoxError) -> Self {
        let detail = text_of(&*source);
        Self::origin(ResolveErrorKind::Vetoed, vec![node.name()], detail, Some(source))
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
