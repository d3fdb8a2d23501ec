//! What a flow sees of its execution.

use std::fmt;

use super::history::History;
use super::limits::{self, Ending, Limits, Why};
use super::log::Log;
use super::{run, run_async};
use crate::error::FlowError;
use crate::flow::{CarriesFault, Flow, Returns, RunsNow};
use crate::handle::Tag;
use crate::node::Node;
use crate::scope::Scope;
use crate::sync::{AtomicU64, Ordering};
use crate::tags::TagList;
use crate::tree::ExecutionId;
use crate::walk::{Instead, check_blocking, check_whole};

/// What a flow may ask for beside its dependencies and inputs, and what it runs other
/// flows with.
///
/// Take it as a parameter: `cx: &ExecutionCtx<'_>`. A flow that is run through it is a
/// child of this one: it reads the tags that were set here, and what it sets itself is
/// seen by its own children only.
///
/// ```
/// use pumped::prelude::*;
///
/// struct RequestId(u32);
///
/// #[flow]
/// fn greet(request: Tag<RequestId>, #[input] name: &str) -> String {
///     format!("hello {name}, this is request {}", request.0)
/// }
///
/// #[flow]
/// fn handle(cx: &ExecutionCtx<'_>, #[input] name: &str) -> Result<String, Fault> {
///     cx.set(RequestId(7));
///     cx.exec(greet(name))
/// }
///
/// let scope = Scope::new();
/// assert_eq!(scope.call(handle("ada")).unwrap(), "hello ada, this is request 7");
/// ```
#[derive(Clone, Copy)]
pub struct ExecutionCtx<'x> {
    pub(super) scope: &'x Scope,
    pub(super) run: &'x Run<'x>,
    pub(super) record: &'x Record<'x>,
}

/// What all executions below one root share. What it leaves goes into the history, also
/// if it is dropped in the middle.
pub(crate) struct Run<'x> {
    /// The nodes that have ended, and where they are kept, if they are.
    log: Option<Box<(Log, &'x History)>>,
    pub(super) ending: Ending,
}

impl<'x> Run<'x> {
    #[inline]
    pub(super) fn new(scope: &'x Scope, limits: Limits) -> Self {
        let history = scope.core().executions.history.as_ref();
        let log = history.map(|history| Box::new((Log::new(history.nodes()), history)));
        Self { log, ending: Ending::begin(limits) }
    }

    pub(super) fn log(&self) -> Option<&Log> {
        self.log.as_ref().map(|kept| &kept.0)
    }
}

impl Drop for Run<'_> {
    #[inline]
    fn drop(&mut self) {
        if let Some(kept) = self.log.take() {
            let (log, history) = *kept;
            history.keep(log);
        }
    }
}

/// One execution, where it lives.
pub(crate) struct Record<'x> {
    pub(super) parent: Option<&'x Record<'x>>,
    pub(super) node: &'static Node,
    pub(super) name: &'x str,
    /// How many executions there are around it.
    pub(super) depth: u32,
    /// Zero until somebody asks.
    id: AtomicU64,
    pub(super) tags: TagList,
}

impl<'x> Record<'x> {
    /// The record of a root, with tags of its own and, maybe, a name.
    #[inline]
    pub(super) fn of_root(
        node: &'static Node,
        depth: u32,
        tags: TagList,
        name: Option<&'x str>,
    ) -> Self {
        let name = name.unwrap_or(node.name());
        Self { parent: None, node, name, depth, id: AtomicU64::new(0), tags }
    }

    /// The record of a child of `parent`.
    #[inline]
    pub(super) fn below(parent: &'x Record<'x>, node: &'static Node) -> Self {
        let (id, tags) = (AtomicU64::new(0), TagList::new());
        let depth = parent.depth + 1;
        Self { parent: Some(parent), node, name: node.name(), depth, id, tags }
    }

    pub(super) fn id(&self, scope: &Scope) -> ExecutionId {
        let id = self.id.load(Ordering::Relaxed);
        if id != 0 {
            return ExecutionId::new(id);
        }
        let new = scope.core().executions.next_id();
        let set = self.id.compare_exchange(0, new, Ordering::Relaxed, Ordering::Relaxed);
        ExecutionId::new(set.map_or_else(|other| other, |_| new))
    }

    /// This one and those around it, from the inside out.
    fn outwards(&'x self) -> impl Iterator<Item = &'x Record<'x>> {
        std::iter::successors(Some(self), |record| record.parent)
    }
}

impl<'x> ExecutionCtx<'x> {
    /// Runs a flow as a child of this one.
    ///
    /// Warm, it allocates nothing. A failure, and also a panic, of the child is an error
    /// here: this execution may go on.
    ///
    /// # Errors
    /// See [`FlowError`].
    #[inline]
    pub fn exec<F, R>(&self, flow: F) -> Result<R::Output, FlowError<R::Error>>
    where
        F: Flow<R, Mode: RunsNow<F>>,
        R: Returns,
    {
        const { check_blocking(F::NODE, Instead::Flow("exec_async")) }
        run::child(*self, flow)
    }

    /// As [`exec`](Self::exec), with everything that can go wrong as the flow's own
    /// error: so `?` works in a flow that has the same one, or anyhow's. What has no
    /// error of its own fails with a [`Fault`](crate::Fault).
    ///
    /// # Errors
    /// With the flow's own error, or what its type makes of a [`Fault`](crate::Fault).
    #[inline]
    pub fn call<F, R>(&self, flow: F) -> Result<R::Output, R::Called>
    where
        F: Flow<R, Mode: RunsNow<F>>,
        R: Returns<Called: CarriesFault>,
    {
        const { check_blocking(F::NODE, Instead::Flow("call_async")) }
        run::called::<R>(run::child(*self, flow))
    }

    /// As [`exec`](Self::exec), of a flow that is async or takes what is; sync flows run,
    /// too. Bound to no runtime: whoever polls the future runs the flow. Dropping it
    /// cancels the flow with all that is below it.
    ///
    /// Several of them may be awaited side by side, with what the `futures` crate has for it:
    /// `join!` and `join_all` for all of them, `try_join_all` until the first one fails (the
    /// others are then dropped, and so cancelled), `FuturesUnordered` as they come. They are
    /// children of this one.
    ///
    /// # Errors
    /// See [`FlowError`].
    pub fn exec_async<F, R>(
        &self,
        flow: F,
    ) -> impl Future<Output = Result<R::Output, FlowError<R::Error>>> + Send + use<'x, F, R>
    where
        F: Flow<R>,
        R: Returns,
    {
        const { check_whole(F::NODE) }
        run_async::child(*self, flow)
    }

    /// As [`call`](Self::call), of a flow that is async or takes what is.
    ///
    /// # Errors
    /// As [`call`](Self::call).
    pub fn call_async<F, R>(
        &self,
        flow: F,
    ) -> impl Future<Output = Result<R::Output, R::Called>> + Send + use<'x, F, R>
    where
        F: Flow<R>,
        R: Returns<Called: CarriesFault>,
    {
        const { check_whole(F::NODE) }
        let child = run_async::child(*self, flow);
        async move { run::called::<R>(child.await) }
    }

    /// Sets a tag: this execution and all below it see it, also those that have begun
    /// before. Of a type that is set twice the last one counts; references to the first
    /// stay valid. Costs one allocation.
    pub fn set<T: Send + Sync + 'static>(&self, tag: T) {
        self.record.tags.set(tag);
    }

    /// The tag of the type `T`: of this execution, of the nearest around it that has
    /// one, or of the scope.
    #[must_use]
    pub fn tag<T: Send + Sync + 'static>(&self) -> Option<&'x T> {
        let own = self.record.outwards().find_map(|record| record.tags.get());
        own.or_else(|| self.scope.tag())
    }

    /// The tag of the type `T`, if it was set on this execution itself.
    #[must_use]
    pub fn own_tag<T: Send + Sync + 'static>(&self) -> Option<&'x T> {
        self.record.tags.get()
    }

    /// Whether this execution is to end: its deadline has passed, its token was cancelled,
    /// or [`shutdown_when`](Scope::shutdown_when) has run out of patience. An async one is
    /// then dropped where it waits; a sync one has to look, and to return. No sub-flow
    /// begins any more.
    ///
    /// Costs a look at what the root was given, and at the clock if that has a deadline.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.is_due().is_some()
    }

    /// Waits until this execution is to end: see [`is_cancelled`](Self::is_cancelled).
    ///
    /// Whoever waits for it is polled once more then, to put things in order: to `select!`
    /// between it and the work, and to return, before the execution is dropped. Of a sync
    /// execution, which nobody polls, it only ends if that is to end already: look at
    /// [`is_cancelled`](Self::is_cancelled) there.
    pub fn cancelled(&self) -> impl Future<Output = ()> + Send + use<'x> {
        limits::cancelled(*self)
    }

    /// Why nothing more is to begin, if it is to end.
    #[inline]
    pub(super) fn is_due(&self) -> Option<Why> {
        if self.scope.core().executions.running.is_stopped() {
            return Some(Why::Cancelled);
        }
        self.run.ending.is_due()
    }

    /// As [`is_due`](Self::is_due); a child is cancelled, whatever its root is.
    #[inline]
    pub(super) fn is_too_late(&self) -> Option<Why> {
        let why = self.is_due()?;
        Some(if self.record.parent.is_none() { why } else { Why::Cancelled })
    }

    pub(crate) fn owned_tag<T: Send + Sync + 'static>(&self) -> Option<Tag<T>> {
        let own = self.record.outwards().find_map(|record| record.tags.owned());
        own.or_else(|| self.scope.core().tags.owned())
    }

    /// The number of this execution, which no other of the scope has.
    #[must_use]
    pub fn id(&self) -> ExecutionId {
        self.record.id(self.scope)
    }

    /// The number of the execution that runs this one; none for a root.
    #[must_use]
    pub fn parent_id(&self) -> Option<ExecutionId> {
        self.record.parent.map(|parent| parent.id(self.scope))
    }

    /// The name of the flow; for a root, what [`Context::name`](crate::Context::name)
    /// says.
    #[must_use]
    pub fn name(&self) -> &'x str {
        self.record.name
    }

    /// The scope.
    #[must_use]
    pub fn scope(&self) -> &'x Scope {
        self.scope
    }
}

impl fmt::Debug for ExecutionCtx<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ExecutionCtx({})", self.record.name)
    }
}
