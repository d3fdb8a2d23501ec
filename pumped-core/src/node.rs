//! The graph as a constant: one [`Node`] per executor, plain data in a static.
//!
//! The compiler walks it (see `walk`), the runtime loops over it, and the graph
//! module draws it. Two things are kept out of the node so that a const walk can
//! read it: its index lives in a second static, and edges hold raw pointers
//! (a `&'static Node` in a const makes rustc evaluate the statics recursively).

mod declaration;

use std::alloc::Layout;
use std::any::{Any, TypeId};
use std::fmt;
use std::ptr::NonNull;

use crate::error::BoxError;
use crate::executor::Executor;
use crate::extension::BoxFuture;
use crate::resolve_ctx::ResolveCtx;
use crate::scope::Claim;
use crate::value::Header;

pub use declaration::{Declaration, FlowSpec, Index, MetaCell, Spec};

/// The declaration of an executor, as data: its name, its place, its dependencies.
///
/// What each build looks at comes first and is one cache line: many executors are rebuilt
/// one after the other.
#[repr(C, align(64))]
pub struct Node {
    pub(crate) build: BuildFn,
    /// None where dropping the value does nothing.
    pub(crate) drop_value: Option<unsafe fn(NonNull<Header>)>,
    pub(crate) cleanup: Option<CleanupFn>,
    pub(crate) layout: Layout,
    index: &'static Index,
    pub(crate) traits: Traits,
    pub(crate) params: &'static [Param],
    pub(crate) same: Option<SameFn>,
    pub(crate) output: TypeId,
    pub(crate) id: u64,
    pub(crate) name: &'static str,
    file: &'static str,
    line: u32,
    meta: Option<&'static MetaCell>,
    pub(crate) output_name: fn() -> &'static str,
    /// Of an async executor.
    pub(crate) build_async: Option<BuildAsyncFn>,
}

/// Builds a value into its room; what the runtime calls for every node. The room
/// must be one for the node whose function it is.
pub(crate) type BuildFn = unsafe fn(&ResolveCtx<'_>, NonNull<Header>) -> Result<(), BoxError>;

/// As [`BuildFn`], of an async executor.
pub(crate) type BuildAsyncFn =
    for<'a> unsafe fn(&'a ResolveCtx<'a>, Claim) -> BoxFuture<'a, Result<(), BoxError>>;

/// Compares two values of the node.
pub(crate) type SameFn = unsafe fn(NonNull<Header>, NonNull<Header>) -> bool;

/// Runs the declared cleanup on a value of the node.
pub(crate) type CleanupFn = unsafe fn(NonNull<Header>) -> Result<(), BoxError>;

/// What is known of an executor beyond its name and its edges.
#[derive(Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(crate) struct Traits {
    pub(crate) live: bool,
    pub(crate) asynchronous: bool,
    mutable: bool,
    fallible: bool,
    pub(crate) eager: bool,
    pub(crate) eq: bool,
    pub(crate) provided: bool,
    takes: Takes,
}

impl Traits {
    /// Those of a declaration that has no value.
    pub(crate) const NONE: Self = Self {
        live: false,
        asynchronous: false,
        mutable: false,
        fallible: false,
        eager: false,
        eq: false,
        provided: false,
        takes: Takes { live_values: 0, reactive: false, required_tags: false },
    };
}

impl Node {
    /// The executor's name: its identifier, or what `name = ".."` says.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The file that declares it.
    #[must_use]
    pub const fn file(&self) -> &'static str {
        self.file
    }

    /// The line that declares it.
    #[must_use]
    pub const fn line(&self) -> u32 {
        self.line
    }

    /// Whether its value can be replaced.
    #[must_use]
    pub const fn is_live(&self) -> bool {
        self.traits.live
    }

    /// Whether it is built by an `async fn`.
    #[must_use]
    pub const fn is_async(&self) -> bool {
        self.traits.asynchronous
    }

    /// Whether it is declared `mutable`.
    #[must_use]
    pub const fn is_mutable(&self) -> bool {
        self.traits.mutable
    }

    /// Whether its function returns a `Result`.
    #[must_use]
    pub const fn is_fallible(&self) -> bool {
        self.traits.fallible
    }

    /// Whether it is rebuilt right after an update, not at the next read.
    #[must_use]
    pub const fn is_eager(&self) -> bool {
        self.traits.eager
    }

    /// Whether it has no body: the application provides its value.
    #[must_use]
    pub const fn is_provided(&self) -> bool {
        self.traits.provided
    }

    /// The name of the type that it yields.
    #[must_use]
    pub fn output_name(&self) -> &'static str {
        (self.output_name)()
    }

    /// The first of the declaration's `meta(..)` values that is a `T`.
    #[must_use]
    pub fn meta<T: Any>(&self) -> Option<&'static T> {
        self.meta?.values().iter().find_map(|value| value.downcast_ref())
    }

    /// Whether it takes the value of a live executor, as it is at build.
    pub(crate) const fn takes_live_values(&self) -> bool {
        self.traits.takes.live_values > 0
    }

    /// Whether it takes the values of several live executors, which then have to be
    /// current together.
    pub(crate) const fn takes_several_live_values(&self) -> bool {
        self.traits.takes.live_values > 1
    }

    /// Whether it takes a tag that must be there.
    pub(crate) const fn takes_required_tags(&self) -> bool {
        self.traits.takes.required_tags
    }

    pub(crate) const fn params(&self) -> &'static [Param] {
        self.params
    }

    /// The process-wide number of this executor if it was used before; else a number
    /// that stands for nothing.
    #[inline]
    pub(crate) fn index_if_used(&self) -> u32 {
        self.index.get()
    }

    /// The process-wide number of this executor, given out at its first use.
    #[inline]
    pub(crate) fn index(&self) -> u32 {
        self.index.get_or_assign()
    }
}

impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

impl Eq for Node {}

impl fmt::Debug for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}:{})", self.name, self.file, self.line)
    }
}

/// What the parameters have among them, so that a build need not look for it.
#[derive(Clone, Copy)]
struct Takes {
    live_values: u32,
    reactive: bool,
    required_tags: bool,
}

impl Takes {
    const fn of(mut params: &[Param]) -> Self {
        let mut takes = Self { live_values: 0, reactive: false, required_tags: false };
        while let [param, rest @ ..] = params {
            match param {
                Param::Edge(Edge { kind: EdgeKind::Reactive, .. }) => {
                    takes.live_values += 1;
                    takes.reactive = true;
                }
                Param::Edge(Edge { kind: EdgeKind::Snapshot, .. }) => takes.live_values += 1,
                Param::Tag(tag) if tag.required => takes.required_tags = true,
                _ => {}
            }
            params = rest;
        }
        takes
    }
}

/// One parameter of an executor, in order.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub enum Param {
    /// Another executor.
    Edge(Edge),
    /// A tag of the scope.
    Tag(TagParam),
    /// The resolve context.
    Context,
}

impl Param {
    /// Whether it is the value of a live executor, as it is at build.
    pub(crate) const fn is_live(&self) -> bool {
        matches!(self, Self::Edge(edge) if edge.is_live())
    }
}

/// A dependency on another executor.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub struct Edge {
    pub(crate) kind: EdgeKind,
    pub(crate) to: NodeRef,
}

impl Edge {
    /// The edge that a handle of the kind `kind` to `E` stands for.
    pub(crate) const fn to<E: Executor>(kind: EdgeKind) -> Param {
        Param::Edge(Self { kind, to: E::NODE })
    }

    pub(crate) const fn kind(self) -> EdgeKind {
        self.kind
    }

    pub(crate) const fn node(self) -> &'static Node {
        self.to.get()
    }

    /// Whether the value is taken at build and never changes.
    pub(crate) const fn is_fixed(self) -> bool {
        matches!(self.kind, EdgeKind::Dep)
    }

    /// Whether the value is taken at build and can be replaced.
    pub(crate) const fn is_live(&self) -> bool {
        matches!(self.kind, EdgeKind::Reactive | EdgeKind::Snapshot)
    }
}

/// How an executor depends on another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EdgeKind {
    /// [`Dep`](crate::Dep): the value, which never changes.
    Dep,
    /// [`Reactive`](crate::Reactive): rebuilt when the value changes.
    Reactive,
    /// [`Snapshot`](crate::Snapshot): the value as it was at build.
    Snapshot,
    /// [`Lazy`](crate::Lazy): resolved when asked.
    Lazy,
    /// [`Controller`](crate::Controller): read or changed later.
    Controller,
}

impl EdgeKind {
    /// Whether the dependency is resolved before its dependent is built.
    pub(crate) const fn is_needed_at_build(self) -> bool {
        matches!(self, Self::Dep | Self::Reactive | Self::Snapshot)
    }

    /// The lower-case word for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Dep => "dep",
            Self::Reactive => "reactive",
            Self::Snapshot => "snapshot",
            Self::Lazy => "lazy",
            Self::Controller => "controller",
        }
    }
}

/// A tag that an executor takes.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub struct TagParam {
    pub(crate) of: fn() -> TypeId,
    pub(crate) name: fn() -> &'static str,
    pub(crate) required: bool,
}

/// A pointer to a node that const code can hold without evaluating the node.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub struct NodeRef(pub(crate) *const Node);

// SAFETY: points to an immutable static (see `Declaration::node`).
unsafe impl Send for NodeRef {}
// SAFETY: as above.
unsafe impl Sync for NodeRef {}

impl NodeRef {
    #[expect(clippy::inline_always, reason = "every warm read calls it, in the user's crate")]
    #[inline(always)]
    pub(crate) const fn get(self) -> &'static Node {
        // SAFETY: the only constructor, `Declaration::node`, takes a `&'static`.
        unsafe { &*self.0 }
    }
}

/// [`NodeRef::get`] without the call: in a const walk, a call costs about as much
/// as all the rest of a visit.
macro_rules! follow {
    ($node:expr) => {
        // SAFETY: as in `NodeRef::get`.
        unsafe { &*$node.0 }
    };
}
pub(crate) use follow;
