//! The graph as a constant: one [`Node`] per executor, plain data in a static.
//!
//! The compiler walks it (see `walk`), the runtime loops over it, and the graph
//! module draws it. Two things are kept out of the node so that a const walk can
//! read it: its index lives in a second static, and edges hold raw pointers
//! (a `&'static Node` in a const makes rustc evaluate the statics recursively).

use std::alloc::Layout;
use std::any::{Any, TypeId};
use std::fmt;
use std::marker::PhantomData;
use std::panic::Location;
use std::ptr::NonNull;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{LazyLock, Mutex, PoisonError};

use crate::error::BoxError;
use crate::executor::{Access, Executor, Kind, Mode};
use crate::resolve_ctx::ResolveCtx;
use crate::value::{self, Header};

/// The declaration of an executor, as data: its name, its place, its dependencies.
pub struct Node {
    pub(crate) name: &'static str,
    file: &'static str,
    line: u32,
    pub(crate) id: u64,
    pub(crate) params: &'static [Param],
    meta: Option<&'static MetaCell>,
    pub(crate) traits: Traits,
    index: &'static RawIndex,
    pub(crate) output: TypeId,
    pub(crate) output_name: fn() -> &'static str,
    pub(crate) layout: Layout,
    /// None where dropping the value does nothing.
    pub(crate) drop_value: Option<unsafe fn(NonNull<Header>)>,
    pub(crate) build: BuildFn,
    pub(crate) same: Option<SameFn>,
    pub(crate) cleanup: Option<CleanupFn>,
}

/// Builds a value into its room; what the runtime calls for every node. The room
/// must be one for the node whose function it is.
pub(crate) type BuildFn = unsafe fn(&ResolveCtx<'_>, NonNull<Header>) -> Result<(), BoxError>;

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
        self.meta?.0.iter().find_map(|value| value.downcast_ref())
    }

    /// Whether it takes the value of a live executor, as it is at build.
    pub(crate) const fn takes_live_values(&self) -> bool {
        self.traits.takes.live_values
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
        self.index.0.load(Ordering::Relaxed)
    }

    /// The process-wide number of this executor, given out at its first use.
    #[inline]
    pub(crate) fn index(&self) -> u32 {
        let index = self.index.0.load(Ordering::Relaxed);
        if index == RawIndex::UNSET { self.index.assign() } else { index }
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
    live_values: bool,
    required_tags: bool,
}

impl Takes {
    const fn of(mut params: &[Param]) -> Self {
        let mut takes = Self { live_values: false, required_tags: false };
        while let [param, rest @ ..] = params {
            match param {
                Param::Edge(Edge { kind: EdgeKind::Reactive | EdgeKind::Snapshot, .. }) => {
                    takes.live_values = true;
                }
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
        Param::Edge(Self { kind, to: E::NODE.erase() })
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

// SAFETY: points to an immutable static (see `NodePtr::new`).
unsafe impl Send for NodeRef {}
// SAFETY: as above.
unsafe impl Sync for NodeRef {}

impl NodeRef {
    pub(crate) const fn get(self) -> &'static Node {
        // SAFETY: the only constructor, `NodePtr::new`, takes a `&'static`.
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

/// A [`NodeRef`] that knows its executor. Only `E`'s own declaration makes one,
/// so a node can never be taken for that of an executor with another output.
#[doc(hidden)]
pub struct NodePtr<E>(NodeRef, PhantomData<fn() -> E>);

impl<E: Executor> NodePtr<E> {
    #[must_use]
    pub const fn new(declaration: &'static Declaration<E>) -> Self {
        Self(NodeRef(&raw const declaration.0), PhantomData)
    }

    #[must_use]
    pub const fn erase(&self) -> NodeRef {
        self.0
    }

    pub(crate) const fn get(&self) -> &'static Node {
        self.0.get()
    }
}

/// What the macro knows of an executor.
#[doc(hidden)]
#[expect(clippy::struct_excessive_bools, reason = "the macro sets each by name")]
pub struct Spec {
    pub name: &'static str,
    /// A hash of the name, the crate and the position: see [`identity`].
    pub hash: u64,
    /// Where a `macro_rules!` definition has put the declaration.
    pub module: &'static str,
    pub params: &'static [Param],
    pub fallible: bool,
    pub eager: bool,
    pub provided: bool,
    pub eq: bool,
    pub cleanup: bool,
    pub meta: Option<&'static MetaCell>,
}

impl Spec {
    /// What a declaration says if it says nothing.
    pub const PLAIN: Self = Self {
        name: "",
        hash: 0,
        module: "",
        params: &[],
        fallible: false,
        eager: false,
        provided: false,
        eq: false,
        cleanup: false,
        meta: None,
    };
}

/// The node of `E`; the static that the macro generates.
#[doc(hidden)]
pub struct Declaration<E>(Node, PhantomData<fn() -> E>);

impl<E: Executor> Declaration<E> {
    /// The caller is the name of the user's function: that is the place of the
    /// declaration, without a literal in the expansion.
    #[track_caller]
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "the macro writes it in place")]
    pub const fn new(spec: Spec, index: &'static Index<E>) -> Self {
        let place = Location::caller();
        let takes = Takes::of(spec.params);
        let node = Node {
            id: identity(&spec, place),
            name: spec.name,
            file: place.file(),
            line: place.line(),
            params: spec.params,
            meta: spec.meta,
            traits: Traits {
                live: E::Kind::LIVE,
                asynchronous: E::Mode::ASYNC,
                mutable: E::Access::MUTABLE,
                fallible: spec.fallible,
                eager: spec.eager,
                eq: spec.eq,
                provided: spec.provided,
                takes,
            },
            index: &index.0,
            output: TypeId::of::<E::Output>(),
            output_name: std::any::type_name::<E::Output>,
            layout: value::layout::<E::Output>(),
            drop_value: if std::mem::needs_drop::<E::Output>() {
                Some(value::drop_value::<E::Output>)
            } else {
                None
            },
            build: build::<E>,
            same: if spec.eq { Some(value::same::<E>) } else { None },
            cleanup: if spec.cleanup { Some(value::cleanup::<E>) } else { None },
        };
        Self(node, PhantomData)
    }
}

/// # Safety
/// `room` is one for a value of `E`.
unsafe fn build<E: Executor>(cx: &ResolveCtx<'_>, room: NonNull<Header>) -> Result<(), BoxError> {
    let value = E::build(cx)?;
    // SAFETY: the caller's promise.
    unsafe { value::value_of(room).write(value) };
    Ok(())
}

/// Tells two declarations apart, and orders them: by line first, so that a walk
/// that only looks at what comes later rarely has far to go. Never zero.
///
/// The macro has hashed what it knows; the module and the column tell apart what
/// one token of a `macro_rules!` definition declares at several places.
const fn identity(spec: &Spec, place: &Location<'_>) -> u64 {
    const HASH_BITS: u32 = 40;
    let mut mixed = spec.hash ^ (place.column() as u64 * 0x9e37_79b1);
    let mut module = spec.module.as_bytes();
    while let [byte, rest @ ..] = module {
        mixed = (mixed ^ *byte as u64).wrapping_mul(0x0000_0100_0000_01b3);
        module = rest;
    }
    ((place.line() as u64) << HASH_BITS) | (mixed & ((1 << HASH_BITS) - 1))
}

/// The index of an executor: the static beside its node.
#[doc(hidden)]
pub struct Index<E>(RawIndex, PhantomData<fn() -> E>);

impl<E> Index<E> {
    #[expect(
        clippy::new_without_default,
        reason = "a static needs a const constructor, and nobody needs a default"
    )]
    #[must_use]
    pub const fn new() -> Self {
        Self(RawIndex(AtomicU32::new(RawIndex::UNSET)), PhantomData)
    }
}

struct RawIndex(AtomicU32);

impl RawIndex {
    const UNSET: u32 = u32::MAX;

    #[cold]
    fn assign(&self) -> u32 {
        static NEXT: Mutex<u32> = Mutex::new(0);
        let mut next = NEXT.lock().unwrap_or_else(PoisonError::into_inner);
        let index = self.0.load(Ordering::Relaxed);
        if index != Self::UNSET {
            return index;
        }
        let index = *next;
        *next += 1;
        self.0.store(index, Ordering::Relaxed);
        index
    }
}

/// The values of `meta(..)`, made at their first use.
#[doc(hidden)]
pub struct MetaCell(LazyLock<Vec<Box<dyn Any + Send + Sync>>>);

impl MetaCell {
    pub const fn new(values: fn() -> Vec<Box<dyn Any + Send + Sync>>) -> Self {
        Self(LazyLock::new(values))
    }
}
