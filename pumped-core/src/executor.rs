//! What an executor is to the compiler: one trait with its output and three
//! properties as types, so that every local rule is an ordinary trait bound.
//!
//! `#[executor]` is the only thing that implements [`Executor`]. The helper
//! traits below carry no methods: they exist for the sentence that rustc prints
//! when they are not met.

use crate::error::BoxError;
use crate::node::NodeRef;
use crate::resolve_ctx::ResolveCtx;
use crate::threads::ForAllThreads;

/// A declaration of a long-lived value: what it yields and what it needs.
///
/// Implemented by `#[executor]`, never by hand. An
/// executor is a *type*; a [`Scope`](crate::Scope) holds its value.
///
/// `Output`, `Kind`, `Mode` and `Access` are an executor's contract: changing
/// one of them breaks the code that depends on it. Code that is generic over
/// executors names them in its bounds:
///
/// ```
/// use pumped::prelude::*;
/// use pumped::{Blocking, Executor, Fixed};
///
/// #[executor]
/// fn port() -> u16 { 8080 }
///
/// fn show<E>(scope: &Scope) -> Result<String, ResolveError>
/// where
///     E: Executor<Kind = Fixed, Mode = Blocking>,
///     E::Output: std::fmt::Display,
/// {
///     Ok(scope.get::<E>()?.to_string())
/// }
///
/// assert_eq!(show::<port>(&Scope::new()).unwrap(), "8080");
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an executor: name the function or the struct that `#[executor]` annotates",
    label = "not an executor",
    note = "it is the function that yields the value, and not the type of the value; a flow is run by `exec` or `call`"
)]
pub trait Executor: Sized + 'static {
    /// The value that a scope holds.
    // rustc shows the line of a bound that is broken, with what stands behind it.
    type Output: Send + Sync + 'static + ForAllThreads; // for all threads: `dyn Trait + Send + Sync`
    /// [`Fixed`] or [`Live`].
    type Kind: Kind;
    /// [`Blocking`] or [`Async`].
    type Mode: Mode;
    /// [`ReadOnly`] or [`Mutable`].
    type Access: Access;

    #[doc(hidden)]
    const NODE: NodeRef;

    /// Takes the dependencies out of `cx` and calls the user's function.
    #[doc(hidden)]
    fn build(cx: &ResolveCtx<'_>) -> Result<Self::Output, BoxError>;

    /// The option `eq`: whether two values are equal.
    #[doc(hidden)]
    fn same(_old: &Self::Output, _new: &Self::Output) -> bool {
        false
    }

    /// The option `cleanup = path`.
    #[doc(hidden)]
    fn cleanup(_value: &Self::Output) -> Result<(), BoxError> {
        Ok(())
    }
}

/// The function of an executor that is an `async fn`.
#[doc(hidden)]
pub trait AsyncExecutor: Executor {
    /// As [`Executor::build`].
    fn build_async<'a>(cx: &'a ResolveCtx<'a>) -> impl Future<Output = Built<Self>> + Send + 'a;
}

/// What building `E` comes to.
#[doc(hidden)]
pub type Built<E> = Result<<E as Executor>::Output, BoxError>;

mod sealed {
    pub trait Sealed {}

    // Beneath each bound that the runtime relies on: without them, a bound could
    // be met for a key of one's own, which the rules of coherence allow.
    pub trait InPlace {}
    pub trait Replaceable {}
    pub trait Updatable {}
    pub trait Ready {}
    pub trait SameAs<T> {}
    pub trait Replaces<K> {}
}

/// Whether an executor's value can be replaced: [`Fixed`] or [`Live`].
pub trait Kind: sealed::Sealed + 'static {
    #[doc(hidden)]
    const LIVE: bool;
}

/// How an executor is resolved: [`Blocking`] or [`Async`].
pub trait Mode: sealed::Sealed + 'static {
    #[doc(hidden)]
    const ASYNC: bool;
}

/// Whether an executor can be updated: [`ReadOnly`] or [`Mutable`].
pub trait Access: sealed::Sealed + 'static {
    #[doc(hidden)]
    const MUTABLE: bool;
}

macro_rules! property {
    ($($(#[$docs:meta])* $name:ident: $trait:ident { $constant:ident = $value:literal })*) => {$(
        $(#[$docs])*
        pub enum $name {}
        impl sealed::Sealed for $name {}
        impl $trait for $name {
            const $constant: bool = $value;
        }
    )*};
}

property! {
    /// The value never changes while the scope lives.
    Fixed: Kind { LIVE = false }
    /// The value can be replaced: the executor is `mutable`, or has a [`Reactive`](crate::Reactive) dependency.
    Live: Kind { LIVE = true }
    /// Built by a plain function.
    Blocking: Mode { ASYNC = false }
    /// Built by an `async fn`.
    Async: Mode { ASYNC = true }
    /// Only its own function makes its value.
    ReadOnly: Access { MUTABLE = false }
    /// Declared `#[executor(mutable)]`.
    Mutable: Access { MUTABLE = true }
}

/// All properties at once: what a declaration with an error of its own gets, so
/// that its dependents and callers report nothing that follows from it.
#[doc(hidden)]
pub enum Broken {}

impl sealed::Sealed for Broken {}
impl Kind for Broken {
    const LIVE: bool = false;
}
impl Mode for Broken {
    const ASYNC: bool = false;
}
impl Access for Broken {
    const MUTABLE: bool = true;
}
impl<E> NeverStale<E> for Broken {}
impl<E> CanChange<E> for Broken {}
impl<E> CanRelease<E> for Broken {}
impl<E> CanWatch<E> for Broken {}
impl<E> CanUpdate<E> for Broken {}
impl<E> CanBlock<E> for Broken {}
impl<E> StaysInPlace<E> for Broken {}
impl sealed::InPlace for Broken {}
impl sealed::Replaceable for Broken {}
impl sealed::Updatable for Broken {}
impl sealed::Ready for Broken {}
impl<K, E, F> CanReplace<K, E, F> for Broken {}
impl<K> sealed::Replaces<K> for Broken {}
#[diagnostic::do_not_recommend]
impl<E, F> CanReplace<Broken, E, F> for Live {}
impl sealed::Replaces<Broken> for Live {}
#[diagnostic::do_not_recommend]
impl<E, F> AsReady<Broken, E, F> for Async {}
impl sealed::Replaces<Broken> for Async {}
impl<M, E, F> AsReady<M, E, F> for Broken {}

/// What `build` is where there is no function to call: a bodiless executor's
/// value is provided, and a broken one's program does not compile.
#[doc(hidden)]
pub fn not_built<T>() -> Result<T, BoxError> {
    Err("the application provides this value".into())
}

/// Whether any parameter is reactive, where some of them may be cut by `#[cfg]`.
#[doc(hidden)]
#[must_use]
pub const fn any_live(params: &[bool]) -> bool {
    let mut at = 0;
    while at < params.len() {
        if params[at] {
            return true;
        }
        at += 1;
    }
    false
}

/// Turns a constant into a [`Kind`]: the macro computes it from the parameters.
#[doc(hidden)]
pub enum Is<const LIVE: bool> {}

#[doc(hidden)]
pub trait Liveness {
    type Kind: Kind;
}

impl Liveness for Is<false> {
    type Kind = Fixed;
}

impl Liveness for Is<true> {
    type Kind = Live;
}

/// The kinds that an executor may keep without going stale.
#[diagnostic::on_unimplemented(
    message = "`{E}` is live: take `Reactive<{E}>` to be rebuilt when it changes, `Snapshot<{E}>` to keep the value seen at build, or `Controller<{E}>` to read the latest",
    label = "this value can go stale"
)]
pub trait NeverStale<E>: sealed::InPlace {}
impl<E> NeverStale<E> for Fixed {}

/// The kinds whose value can be replaced.
#[diagnostic::on_unimplemented(
    message = "`{E}` is fixed and never changes: take `Dep<{E}>`",
    label = "this value never changes"
)]
pub trait CanChange<E>: sealed::Replaceable {}
impl<E> CanChange<E> for Live {}
impl sealed::Replaceable for Live {}

/// The kinds whose value can be released.
#[diagnostic::on_unimplemented(
    message = "`{E}` is fixed: its value lives as long as the scope, and cannot be released or reloaded",
    label = "a fixed executor"
)]
pub trait CanRelease<E>: sealed::Replaceable {}
impl<E> CanRelease<E> for Live {}

/// The kinds whose changes can be watched.
#[diagnostic::on_unimplemented(
    message = "`{E}` is fixed and never changes: there is nothing to watch, read it with `get::<{E}>()`",
    label = "this value never changes"
)]
pub trait CanWatch<E>: sealed::Replaceable {}
impl<E> CanWatch<E> for Live {}

/// The kinds whose value stays where it is for as long as the scope lives.
#[diagnostic::on_unimplemented(
    message = "`{E}` is live: its value can be replaced while it is borrowed; keep the `Ref` itself, or take a `Dep` with `to_dep`",
    label = "only a fixed value stays in its place"
)]
pub trait StaysInPlace<E>: sealed::InPlace {}
impl<E> StaysInPlace<E> for Fixed {}
impl sealed::InPlace for Fixed {}

/// The outputs of two executors, one of which can stand in for the other.
#[diagnostic::on_unimplemented(
    message = "`{F}` yields `{Self}`, but `{E}` yields `{T}`: what stands in for an executor has the same output",
    label = "this yields `{Self}`, not `{T}`"
)]
pub trait SameOutput<T, E, F>: sealed::SameAs<T> {}
impl<T, E, F> SameOutput<T, E, F> for T {}
impl<T> sealed::SameAs<T> for T {}

/// The kinds that can stand in for the kind `K`.
#[diagnostic::on_unimplemented(
    message = "`{F}` is live but `{E}` is fixed: what stands in for an executor that never changes must not change either",
    label = "a live executor"
)]
pub trait CanReplace<K, E, F>: sealed::Replaces<K> {}
impl<K, E, F> CanReplace<K, E, F> for Fixed {}
impl<K> sealed::Replaces<K> for Fixed {}
impl<E, F> CanReplace<Live, E, F> for Live {}
impl sealed::Replaces<Live> for Live {}

/// The modes that can stand in for the mode `M`.
#[diagnostic::on_unimplemented(
    message = "`{F}` is async but `{E}` is not: what stands in for an executor that is never awaited must not be async",
    label = "an async executor"
)]
pub trait AsReady<M, E, F>: sealed::Replaces<M> {}
impl<M, E, F> AsReady<M, E, F> for Blocking {}
impl<M> sealed::Replaces<M> for Blocking {}
impl<E, F> AsReady<Async, E, F> for Async {}
impl sealed::Replaces<Async> for Async {}

/// The access that lets a scope update a value.
#[diagnostic::on_unimplemented(
    message = "`{E}` is not mutable: declare it `#[executor(mutable)]`",
    label = "only a mutable executor can be updated"
)]
pub trait CanUpdate<E>: sealed::Updatable {}
impl<E> CanUpdate<E> for Mutable {}
impl sealed::Updatable for Mutable {}

/// The mode that resolves without awaiting.
#[diagnostic::on_unimplemented(
    message = "`{E}` is async: call the method's async form and await it, as in `get_async::<{E}>().await`",
    label = "async"
)]
pub trait CanBlock<E>: sealed::Ready {}
impl<E> CanBlock<E> for Blocking {}
impl sealed::Ready for Blocking {}
