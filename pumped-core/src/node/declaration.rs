//! What the macro puts into its statics: the declaration of one executor, which is
//! its node with its type, and the index beside it.

use std::any::{Any, TypeId};
use std::panic::Location;
use std::ptr::NonNull;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{LazyLock, Mutex, PoisonError};

use super::{BuildAsyncFn, Node, NodeRef, Param, Takes, Traits};
use crate::error::BoxError;
use crate::executor::{Access, AsyncExecutor, Executor, Kind, Mode};
use crate::extension::BoxFuture;
use crate::resolve_ctx::ResolveCtx;
use crate::scope::Claim;
use crate::value::{self, Header};

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

/// The node of an executor or a flow; the static that the macro generates. It is no type for
/// each executor: rustc would ask anew for each whether it is `Sync`, and how it lies in memory.
#[doc(hidden)]
pub struct Declaration(Node);

impl Declaration {
    /// The caller is the name of the user's function: that is the place of the
    /// declaration, without a literal in the expansion.
    #[track_caller]
    #[must_use]
    pub const fn new<E: Executor>(spec: Spec, index: &'static Index) -> Self {
        Self::of::<E>(spec, index, None)
    }

    /// As [`new`](Self::new), of one that says nothing else: a call is less to compile than
    /// a struct of which most is left out, and most executors are plain.
    #[track_caller]
    #[must_use]
    pub const fn plain<E: Executor>(
        name: &'static str,
        hash: u64,
        module: &'static str,
        params: &'static [Param],
        index: &'static Index,
    ) -> Self {
        Self::of::<E>(Spec { name, hash, module, params, ..Spec::PLAIN }, index, None)
    }

    /// As [`new`](Self::new), of an async executor.
    #[track_caller]
    #[must_use]
    pub const fn new_async<E: AsyncExecutor>(spec: Spec, index: &'static Index) -> Self {
        Self::of::<E>(spec, index, Some(build_async::<E>))
    }

    #[track_caller]
    #[expect(clippy::needless_pass_by_value, reason = "the macro writes it in place")]
    const fn of<E: Executor>(
        spec: Spec,
        index: &'static Index,
        build_async: Option<BuildAsyncFn>,
    ) -> Self {
        let place = Location::caller();
        let takes = Takes::of(spec.params);
        assert!(
            E::Kind::LIVE || !takes.reactive,
            "a handle called `Dep`, `Snapshot`, `Lazy`, `Controller` or `Tag` is a `Reactive` here: \
             give that alias another name"
        );
        let node = Node {
            id: identity(spec.hash, spec.module, place),
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
            index,
            output: TypeId::of::<E::Output>(),
            output_name: std::any::type_name::<E::Output>,
            layout: value::layout::<E::Output>(),
            drop_value: if std::mem::needs_drop::<E::Output>() {
                Some(value::drop_value::<E::Output>)
            } else {
                None
            },
            build: build::<E>,
            build_async,
            same: if spec.eq { Some(value::same::<E>) } else { None },
            cleanup: if spec.cleanup { Some(value::cleanup::<E>) } else { None },
        };
        Self(node)
    }
}

/// What the macro knows of a flow.
#[doc(hidden)]
pub struct FlowSpec {
    pub name: &'static str,
    pub hash: u64,
    pub module: &'static str,
    pub params: &'static [Param],
    pub fallible: bool,
    pub asynchronous: bool,
    pub output: fn() -> &'static str,
    pub meta: Option<&'static MetaCell>,
}

impl FlowSpec {
    /// What a declaration says if it says nothing.
    pub const PLAIN: Self = Self {
        name: "",
        hash: 0,
        module: "",
        params: &[],
        fallible: false,
        asynchronous: false,
        output: std::any::type_name::<()>,
        meta: None,
    };
}

impl Declaration {
    /// Of a flow. Nobody depends on it, so it has no index, and nothing is ever built for it.
    #[track_caller]
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "the macro writes it in place")]
    pub const fn flow(spec: FlowSpec) -> Self {
        static NO_INDEX: Index = Index::NEW;
        let place = Location::caller();
        Self(Node {
            id: identity(spec.hash, spec.module, place),
            name: spec.name,
            file: place.file(),
            line: place.line(),
            params: spec.params,
            meta: spec.meta,
            traits: Traits {
                asynchronous: spec.asynchronous,
                fallible: spec.fallible,
                takes: Takes::of(spec.params),
                ..Traits::NONE
            },
            index: &NO_INDEX,
            output: TypeId::of::<()>(),
            output_name: spec.output,
            layout: value::layout::<()>(),
            drop_value: None,
            build: never_built,
            build_async: None,
            same: None,
            cleanup: None,
        })
    }

    #[must_use]
    pub const fn node(&'static self) -> NodeRef {
        NodeRef(&raw const self.0)
    }
}

/// # Safety
/// None needed: it touches nothing.
unsafe fn never_built(_: &ResolveCtx<'_>, _: NonNull<Header>) -> Result<(), BoxError> {
    Err("a flow has no value".into())
}

/// # Safety
/// `room` is one for a value of `E`.
unsafe fn build<E: Executor>(cx: &ResolveCtx<'_>, room: NonNull<Header>) -> Result<(), BoxError> {
    let value = E::build(cx)?;
    // SAFETY: the caller's promise.
    unsafe { value::value_of(room).write(value) };
    Ok(())
}

/// # Safety
/// The claim's room is one for a value of `E`.
unsafe fn build_async<'a, E: AsyncExecutor>(
    cx: &'a ResolveCtx<'a>,
    claim: Claim,
) -> BoxFuture<'a, Result<(), BoxError>> {
    let build = E::build_async(cx);
    Box::pin(async move {
        // The whole of it, which is `Send`.
        let claim = claim;
        let value = build.await?;
        // SAFETY: the caller's promise.
        unsafe { value::value_of(claim.room).write(value) };
        Ok(())
    })
}

/// Tells two declarations apart, and orders them: by line first, so that a walk
/// that only looks at what comes later rarely has far to go. Never zero.
///
/// The macro has hashed what it knows; the module and the column tell apart what
/// one token of a `macro_rules!` definition declares at several places.
const fn identity(hash: u64, module: &str, place: &Location<'_>) -> u64 {
    const HASH_BITS: u32 = 40;
    let mut mixed = hash ^ (place.column() as u64 * 0x9e37_79b1);
    let mut module = module.as_bytes();
    while let [byte, rest @ ..] = module {
        mixed = (mixed ^ *byte as u64).wrapping_mul(0x0000_0100_0000_01b3);
        module = rest;
    }
    ((place.line() as u64) << HASH_BITS) | (mixed & ((1 << HASH_BITS) - 1))
}

/// The index of an executor: the static beside its node.
#[doc(hidden)]
pub struct Index(AtomicU32);

impl Index {
    #[expect(clippy::declare_interior_mutable_const, reason = "what a static begins with")]
    pub const NEW: Self = Self(AtomicU32::new(Self::UNSET));

    const UNSET: u32 = u32::MAX;

    /// The number, or one that stands for nothing.
    #[inline]
    pub(super) fn get(&self) -> u32 {
        self.0.load(Ordering::Relaxed)
    }

    #[inline]
    pub(super) fn get_or_assign(&self) -> u32 {
        match self.get() {
            Self::UNSET => self.assign(),
            index => index,
        }
    }

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

    pub(super) fn values(&self) -> &[Box<dyn Any + Send + Sync>] {
        &self.0
    }
}
