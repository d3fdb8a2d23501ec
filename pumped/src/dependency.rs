//! What may stand as a parameter of an executor, and how it is taken.
//!
//! Parameters are told apart by this trait and not by the tokens of their types,
//! so aliases and re-exports work. The bound that says what may be taken stands
//! on `take` and not on the impl: checking it never follows the graph.

use crate::executor::{CanChange, Executor, NeverStale};
use crate::handle::{Controller, Dep, Lazy, Reactive, Ref, Snapshot, Tag};
use crate::node::{Edge, EdgeKind, Param, TagParam};
use crate::resolve_ctx::ResolveCtx;
use std::any::TypeId;

/// A parameter of an executor.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a dependency: take `Dep<..>`, `Reactive<..>`, `Snapshot<..>`, `Lazy<..>`, `Controller<..>`, `Tag<..>`, `Option<Tag<..>>` or `&ResolveCtx<'_>`",
    label = "not a dependency"
)]
pub trait Dependency<'a>: Sized {
    /// Whether it makes the executor that takes it live.
    const LIVE: bool = false;
    /// How it shows in the node.
    const PARAM: Param;

    /// Takes the parameter number `at`, which the runtime has made ready.
    fn take(cx: &'a ResolveCtx<'a>, at: usize) -> Self
    where
        Self: Allowed;
}

/// That a dependency may be taken by an executor: see the impls.
#[diagnostic::on_unimplemented(message = "`{Self}` cannot be taken here", label = "not allowed here")]
pub trait Allowed {}

impl<E: Executor> Allowed for Dep<E> where E::Kind: NeverStale<E> {}
impl<E: Executor> Allowed for Reactive<E> where E::Kind: CanChange<E> {}
impl<E: Executor> Allowed for Snapshot<E> where E::Kind: CanChange<E> {}
impl<E> Allowed for Lazy<E> {}
impl<E> Allowed for Controller<E> {}
impl<T> Allowed for Tag<T> {}
impl<T> Allowed for Option<Tag<T>> {}
impl Allowed for &ResolveCtx<'_> {}

/// Never met: the sentence for a [`Ref`] in an executor.
#[diagnostic::on_unimplemented(
    message = "executors keep what they take: `Dep<..>`",
    label = "a `Ref` is for flows and for callers of `scope.get`"
)]
pub trait Kept {}
impl<E> Allowed for Ref<'_, E> where Self: Kept {}

impl<'a, E: Executor> Dependency<'a> for Dep<E> {
    const PARAM: Param = Edge::to::<E>(EdgeKind::Dep);

    fn take(cx: &'a ResolveCtx<'a>, _at: usize) -> Self {
        Self::from_handle(cx.fixed::<E>())
    }
}

impl<'a, E: Executor> Dependency<'a> for Reactive<E> {
    const LIVE: bool = true;
    const PARAM: Param = Edge::to::<E>(EdgeKind::Reactive);

    fn take(cx: &'a ResolveCtx<'a>, at: usize) -> Self {
        Self::from_handle(cx.pinned::<E>(at))
    }
}

impl<'a, E: Executor> Dependency<'a> for Snapshot<E> {
    const PARAM: Param = Edge::to::<E>(EdgeKind::Snapshot);

    fn take(cx: &'a ResolveCtx<'a>, at: usize) -> Self {
        Self::from_handle(cx.pinned::<E>(at))
    }
}

impl<'a, E: Executor> Dependency<'a> for Lazy<E> {
    const PARAM: Param = Edge::to::<E>(EdgeKind::Lazy);

    fn take(cx: &'a ResolveCtx<'a>, _at: usize) -> Self {
        Self::of(cx.weak())
    }
}

impl<'a, E: Executor> Dependency<'a> for Controller<E> {
    const PARAM: Param = Edge::to::<E>(EdgeKind::Controller);

    fn take(cx: &'a ResolveCtx<'a>, _at: usize) -> Self {
        Self::of(cx.weak())
    }
}

impl<'a, T: Send + Sync + 'static> Dependency<'a> for Tag<T> {
    const PARAM: Param = tag_param::<T>(true);

    fn take(cx: &'a ResolveCtx<'a>, at: usize) -> Self {
        cx.required_tag(at)
    }
}

impl<'a, T: Send + Sync + 'static> Dependency<'a> for Option<Tag<T>> {
    const PARAM: Param = tag_param::<T>(false);

    fn take(cx: &'a ResolveCtx<'a>, _at: usize) -> Self {
        cx.owned_tag()
    }
}

const fn tag_param<T: 'static>(required: bool) -> Param {
    Param::Tag(TagParam { of: TypeId::of::<T>, name: std::any::type_name::<T>, required })
}

impl<'a> Dependency<'a> for &'a ResolveCtx<'a> {
    const PARAM: Param = Param::Context;

    fn take(cx: &'a ResolveCtx<'a>, _at: usize) -> Self {
        cx
    }
}

impl<'a, E: Executor> Dependency<'a> for Ref<'_, E> {
    const PARAM: Param = Param::Context;

    fn take(_cx: &'a ResolveCtx<'a>, _at: usize) -> Self
    where
        Self: Allowed,
    {
        unreachable!("`Kept` is implemented for nothing, so this has no caller")
    }
}
