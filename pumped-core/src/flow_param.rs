//! What may stand as a parameter of a flow, and how it is taken.
//!
//! As for executors, parameters are told apart by a trait and not by their tokens. The
//! trait is looked up with every lifetime replaced by `'static`; what is taken then has
//! the lifetime of the execution.

use crate::error::ResolveError;
use crate::execution::ExecutionCtx;
use crate::executor::{Broken, Executor, Kind};
use crate::extension::BoxFuture;
use crate::handle::{Controller, Dep, Lazy, Reactive, Ref, Snapshot, Tag};
use crate::hazard::Guard;
use crate::node::{Edge, EdgeKind, Node, NodeRef, Param, TagParam};
use crate::scope::ops;
use crate::threads::ForAllThreads;
use crate::value::Inputs;
use std::any::TypeId;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll};

/// A parameter of a flow that is no input.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a dependency: mark it `#[input]`, or take `Ref<'_, ..>`, `Dep<..>`, `Controller<..>`, `Lazy<..>`, `Tag<..>`, `Option<Tag<..>>` or `&ExecutionCtx<'_>`",
    label = "not a dependency"
)]
pub trait FlowParam {
    /// The parameter with the lifetime of the execution.
    type Item<'x>: Send;
    /// The executor that it is a handle to, if it is one.
    #[doc(hidden)]
    type Of;
    /// What it shows of a live executor.
    #[doc(hidden)]
    type Shows;

    /// How it shows in the node.
    #[doc(hidden)]
    const PARAM: Param;

    /// Takes the parameter number `at`.
    #[doc(hidden)]
    fn take<'x>(from: &mut Taking<'x>, at: usize) -> Result<Self::Item<'x>, ResolveError>
    where
        Self::Shows: IsLatest<Self::Of>;
}

/// The handles that show the latest value.
#[diagnostic::on_unimplemented(
    message = "a flow reads the latest: take `Ref<'_, {E}>`, or `Dep<{E}>` if it must outlive the call",
    label = "only executors are built from a `Reactive` or a `Snapshot`"
)]
pub trait IsLatest<E> {}
impl<E> IsLatest<E> for Broken {}

/// Of `Reactive` and `Snapshot`: a value as it was when something was built.
#[doc(hidden)]
pub enum AsBuilt {}

/// A flow that takes its parameters.
#[doc(hidden)]
pub struct Taking<'x> {
    cx: &'x ExecutionCtx<'x>,
    node: &'static Node,
    live: Live,
}

/// The live values that are there before a flow takes its parameters.
enum Live {
    /// It takes the latest.
    None,
    /// The one of an async flow, as it was when nothing had to be awaited: it may go stale
    /// at any time, and what is async is not to be had anew without awaiting.
    One(Guard),
    /// All, in the order of their parameters and the last one first: where there are several,
    /// which have to be current together, or where they were awaited.
    Cut(Inputs),
}

impl<'x> Taking<'x> {
    /// # Errors
    /// If several live values are taken, and one cannot be resolved.
    #[inline]
    pub(crate) fn new(cx: &'x ExecutionCtx<'x>, node: NodeRef) -> Result<Self, ResolveError> {
        let node = node.get();
        let live =
            if node.takes_several_live_values() { Live::Cut(cut(cx, node)?) } else { Live::None };
        Ok(Self { cx, node, live })
    }

    /// Of what may be async below: [`fill`](Self::fill) it before anything is taken.
    #[inline]
    #[must_use]
    pub fn of(cx: &'x ExecutionCtx<'x>, node: NodeRef) -> Self {
        Self { cx, node: node.get(), live: Live::None }
    }

    /// As [`new`](Self::new), also of what is async below. What is warm is there at once, and
    /// costs no future.
    ///
    /// # Errors
    /// If something that is taken cannot be resolved.
    #[inline]
    pub fn fill(&mut self) -> Filling<'_> {
        let (node, core) = (self.node, self.cx.scope().core());
        let takes_several = node.takes_several_live_values();
        let live = &mut self.live;
        let is_there = |param: &Param| match param {
            Param::Edge(edge) if !edge.kind().is_needed_at_build() => true,
            Param::Edge(edge) if edge.is_live() && !takes_several => {
                let read = ops::read_live(core, edge.node());
                let is_there = read.is_some();
                if let Some(one) = read {
                    *live = Live::One(one);
                }
                is_there
            }
            Param::Edge(edge) => ops::is_prepared(core, edge.node()),
            _ => true,
        };
        if node.params().iter().all(is_there) {
            if !takes_several {
                return Filling::Done;
            }
            if let Some(mut cut) = ops::cut_at_once(core, node) {
                cut.reverse();
                self.live = Live::Cut(cut);
                return Filling::Done;
            }
        }
        self.live = Live::None;
        Filling::Later(Box::pin(self.filled()))
    }

    async fn filled(&mut self) -> Result<(), ResolveError> {
        let (node, core) = (self.node, self.cx.scope().core());
        for param in node.params() {
            if let Param::Edge(edge) = param
                && edge.kind().is_needed_at_build()
                && !ops::is_prepared(core, edge.node())
            {
                ops::prepare_async(core, edge.node()).await?;
            }
        }
        // Also one that was current: it may have gone stale while another was awaited.
        if node.takes_live_values() {
            let mut cut = ops::cut_async(core, node).await?;
            cut.reverse();
            self.live = Live::Cut(cut);
        }
        Ok(())
    }

    #[inline]
    fn value<E: Executor>(&mut self) -> Result<Ref<'x, E>, ResolveError> {
        if E::Kind::LIVE
            && let Some(held) = self.live.next()
        {
            assert!(held.header().holds::<E::Output>(), "this parameter is of another executor");
            return Ok(Ref::live(held));
        }
        ops::get(self.cx.scope().core())
    }
}

impl Live {
    /// What the next parameter that is live takes.
    #[inline]
    fn next(&mut self) -> Option<Guard> {
        match self {
            Self::None => None,
            Self::One(_) => match mem::replace(self, Self::None) {
                Self::One(held) => Some(held),
                _ => None,
            },
            Self::Cut(values) => values.pop().map(Guard::counted),
        }
    }
}

/// What [`Taking::fill`] comes to. It fills the taking where that is: moving one costs more
/// than filling it.
#[doc(hidden)]
pub enum Filling<'t> {
    Done,
    Later(BoxFuture<'t, Result<(), ResolveError>>),
}

impl Future for Filling<'_> {
    type Output = Result<(), ResolveError>;

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match self.get_mut() {
            Self::Done => Poll::Ready(Ok(())),
            Self::Later(filling) => filling.as_mut().poll(context),
        }
    }
}

/// The live values that a flow takes, the last one first.
#[cold]
fn cut(cx: &ExecutionCtx<'_>, node: &'static Node) -> Result<Inputs, ResolveError> {
    let mut cut = ops::cut(cx.scope().core(), node)?;
    cut.reverse();
    Ok(cut)
}

/// The edge of a flow that reads `E`.
const fn reads<E: Executor>() -> Param {
    Edge::to::<E>(if E::Kind::LIVE { EdgeKind::Snapshot } else { EdgeKind::Dep })
}

impl<E: Executor> FlowParam for Ref<'static, E> {
    type Item<'x> = Ref<'x, E>;
    type Of = E;
    type Shows = Broken;
    const PARAM: Param = reads::<E>();

    #[inline]
    fn take<'x>(from: &mut Taking<'x>, _at: usize) -> Result<Ref<'x, E>, ResolveError> {
        from.value()
    }
}

impl<E: Executor> FlowParam for Dep<E> {
    type Item<'x> = Self;
    type Of = E;
    type Shows = Broken;
    const PARAM: Param = reads::<E>();

    #[inline]
    fn take(from: &mut Taking<'_>, _at: usize) -> Result<Self, ResolveError> {
        Ok(from.value::<E>()?.to_dep())
    }
}

impl<E: Executor> FlowParam for Lazy<E> {
    type Item<'x> = Self;
    type Of = E;
    type Shows = Broken;
    const PARAM: Param = Edge::to::<E>(EdgeKind::Lazy);

    fn take(from: &mut Taking<'_>, _at: usize) -> Result<Self, ResolveError> {
        Ok(Self::of(from.cx.scope().core().clone()))
    }
}

impl<E: Executor> FlowParam for Controller<E> {
    type Item<'x> = Self;
    type Of = E;
    type Shows = Broken;
    const PARAM: Param = Edge::to::<E>(EdgeKind::Controller);

    fn take(from: &mut Taking<'_>, _at: usize) -> Result<Self, ResolveError> {
        Ok(Self::of(from.cx.scope().core().clone()))
    }
}

impl<T: ForAllThreads> FlowParam for Tag<T> {
    type Item<'x> = Self;
    type Of = ();
    type Shows = Broken;
    const PARAM: Param = tag_param::<T>(true);

    fn take(from: &mut Taking<'_>, _at: usize) -> Result<Self, ResolveError> {
        let missing = || ResolveError::missing_tag_of_flow(from.node, std::any::type_name::<T>());
        from.cx.owned_tag().ok_or_else(missing)
    }
}

impl<T: ForAllThreads> FlowParam for Option<Tag<T>> {
    type Item<'x> = Self;
    type Of = ();
    type Shows = Broken;
    const PARAM: Param = tag_param::<T>(false);

    fn take(from: &mut Taking<'_>, _at: usize) -> Result<Self, ResolveError> {
        Ok(from.cx.owned_tag())
    }
}

const fn tag_param<T: 'static>(required: bool) -> Param {
    Param::Tag(TagParam { of: TypeId::of::<T>, name: std::any::type_name::<T>, required })
}

impl FlowParam for &'static ExecutionCtx<'static> {
    type Item<'x> = &'x ExecutionCtx<'x>;
    type Of = ();
    type Shows = Broken;
    const PARAM: Param = Param::Context;

    #[inline]
    fn take<'x>(from: &mut Taking<'x>, _at: usize) -> Result<&'x ExecutionCtx<'x>, ResolveError> {
        Ok(from.cx)
    }
}

/// So that these get a message of their own: `take` cannot be called.
macro_rules! as_built {
    ($($handle:ident)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<E: Executor> FlowParam for $handle<E> {
            type Item<'x> = Self;
            type Of = E;
            type Shows = AsBuilt;
            const PARAM: Param = Param::Context;

            fn take(_: &mut Taking<'_>, _at: usize) -> Result<Self, ResolveError>
            where
                Self::Shows: IsLatest<Self::Of>,
            {
                unreachable!("`AsBuilt` is the latest of nothing")
            }
        }
    )*};
}

as_built!(Reactive Snapshot);
