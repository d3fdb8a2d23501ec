//! What may stand as a parameter of an executor, and how it is taken.
//!
//! Parameters are told apart by this trait and not by the tokens of their types,
//! so aliases and re-exports work. The bounds that say what may be taken stand
//! on `take` and not on the impls: checking them never follows the graph.

use crate::executor::{Broken, CanChange, Executor, NeverStale};
use crate::handle::{Controller, Dep, Lazy, Reactive, Ref, Snapshot, Tag};
use crate::node::{Edge, EdgeKind, Param, TagParam};
use crate::resolve_ctx::ResolveCtx;
use crate::threads::{ForAllThreads, Never};
use std::any::TypeId;

/// A parameter of an executor.
///
/// What may be taken of which executor is said by three associated types, each
/// with a bound on [`take`](Self::take); a type with nothing to say has
/// [`Broken`], which meets every bound. They are projections and not one more
/// trait on `Self` so that a type that is no dependency at all breaks one rule.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a dependency: take `Dep<..>`, `Reactive<..>`, `Snapshot<..>`, `Lazy<..>`, `Controller<..>`, `Tag<..>`, `Option<Tag<..>>` or `&ResolveCtx<'_>`",
    label = "not a dependency",
    note = "in `Dep<config>` and the others stands the executor, not the type of its value; a field that is none of these is marked `#[default]`"
)]
pub trait Dependency<'a>: Sized {
    /// The executor that it is a handle to, if it is one.
    #[doc(hidden)]
    type Of;
    /// The kind that has to be fixed.
    #[doc(hidden)]
    type Kept;
    /// The kind that has to be live.
    #[doc(hidden)]
    type Followed;
    /// Who owns the handle.
    #[doc(hidden)]
    type Owner;

    /// Whether it makes the executor that takes it live.
    #[doc(hidden)]
    const LIVE: bool = false;
    /// How it shows in the node.
    #[doc(hidden)]
    const PARAM: Param;

    /// Takes the parameter number `at`, which the runtime has made ready.
    #[doc(hidden)]
    fn take(cx: &'a ResolveCtx<'a>, at: usize) -> Self
    where
        Self::Kept: NeverStale<Self::Of>,
        Self::Followed: CanChange<Self::Of>,
        Self::Owner: CanBeKept<Self::Of>;
}

/// The handles that an executor may keep.
#[diagnostic::on_unimplemented(
    message = "executors keep what they take, and a `Ref` only borrows it: take `Dep<{E}>`",
    label = "a `Ref` is for flows and for callers of `scope.get`"
)]
pub trait CanBeKept<E> {}
impl<E> CanBeKept<E> for Broken {}

/// The owner of a [`Ref`]: the scope, and so never an executor.
#[doc(hidden)]
pub enum Borrowed {}

impl<'a, E: Executor> Dependency<'a> for Dep<E> {
    type Of = E;
    type Kept = E::Kind;
    type Followed = Broken;
    type Owner = Broken;

    const PARAM: Param = Edge::to::<E>(EdgeKind::Dep);

    fn take(cx: &'a ResolveCtx<'a>, _at: usize) -> Self {
        Self::from_handle(cx.fixed::<E>())
    }
}

impl<'a, E: Executor> Dependency<'a> for Reactive<E> {
    type Of = E;
    type Kept = Broken;
    type Followed = E::Kind;
    type Owner = Broken;

    const LIVE: bool = true;
    const PARAM: Param = Edge::to::<E>(EdgeKind::Reactive);

    fn take(cx: &'a ResolveCtx<'a>, at: usize) -> Self {
        Self::from_handle(cx.pinned::<E>(at))
    }
}

impl<'a, E: Executor> Dependency<'a> for Snapshot<E> {
    type Of = E;
    type Kept = Broken;
    type Followed = E::Kind;
    type Owner = Broken;

    const PARAM: Param = Edge::to::<E>(EdgeKind::Snapshot);

    fn take(cx: &'a ResolveCtx<'a>, at: usize) -> Self {
        Self::from_handle(cx.pinned::<E>(at))
    }
}

impl<'a, E: Executor> Dependency<'a> for Lazy<E> {
    type Of = E;
    type Kept = Broken;
    type Followed = Broken;
    type Owner = Broken;

    const PARAM: Param = Edge::to::<E>(EdgeKind::Lazy);

    fn take(cx: &'a ResolveCtx<'a>, _at: usize) -> Self {
        Self::of(cx.weak())
    }
}

impl<'a, E: Executor> Dependency<'a> for Controller<E> {
    type Of = E;
    type Kept = Broken;
    type Followed = Broken;
    type Owner = Broken;

    const PARAM: Param = Edge::to::<E>(EdgeKind::Controller);

    fn take(cx: &'a ResolveCtx<'a>, _at: usize) -> Self {
        Self::of(cx.weak())
    }
}

impl<'a, T: ForAllThreads> Dependency<'a> for Tag<T> {
    type Of = ();
    type Kept = Broken;
    type Followed = Broken;
    type Owner = Broken;

    const PARAM: Param = tag_param::<T>(true);

    fn take(cx: &'a ResolveCtx<'a>, at: usize) -> Self {
        cx.required_tag(at)
    }
}

impl<'a, T: ForAllThreads> Dependency<'a> for Option<Tag<T>> {
    type Of = ();
    type Kept = Broken;
    type Followed = Broken;
    type Owner = Broken;

    const PARAM: Param = tag_param::<T>(false);

    fn take(cx: &'a ResolveCtx<'a>, _at: usize) -> Self {
        cx.owned_tag()
    }
}

/// What `#[default]` can fill a field with, where the field is written as a handle.
#[diagnostic::on_unimplemented(
    message = "a `{Self}` comes from the scope: remove `#[default]`",
    label = "a dependency"
)]
pub trait Defaulted: Sized {
    #[doc(hidden)]
    fn default() -> Self;
}

impl<T: Default> Defaulted for T {
    fn default() -> Self {
        T::default()
    }
}

macro_rules! come_from_the_scope {
    ($($handle:ident)*) => {$(
        // It never applies: see `Never`.
        #[diagnostic::do_not_recommend]
        impl<T> Defaulted for $handle<T>
        where
            for<'x> &'x (): Never,
        {
            fn default() -> Self {
                unreachable!("nothing is `Never`")
            }
        }
    )*};
}

come_from_the_scope!(Dep Reactive Snapshot Lazy Controller Tag);

const fn tag_param<T: 'static>(required: bool) -> Param {
    Param::Tag(TagParam { of: TypeId::of::<T>, name: std::any::type_name::<T>, required })
}

impl<'a> Dependency<'a> for &'a ResolveCtx<'a> {
    type Of = ();
    type Kept = Broken;
    type Followed = Broken;
    type Owner = Broken;

    const PARAM: Param = Param::Context;

    fn take(cx: &'a ResolveCtx<'a>, _at: usize) -> Self {
        cx
    }
}

/// So that a `Ref` gets a message of its own: `take` cannot be called.
#[diagnostic::do_not_recommend]
impl<'a, E: Executor> Dependency<'a> for Ref<'_, E> {
    type Of = E;
    type Kept = Broken;
    type Followed = Broken;
    type Owner = Borrowed;

    const PARAM: Param = Param::Context;

    fn take(_cx: &'a ResolveCtx<'a>, _at: usize) -> Self
    where
        Self::Owner: CanBeKept<Self::Of>,
    {
        unreachable!("`Borrowed` can be kept by nobody")
    }
}
