//! Beginning a root execution with something of its own.

use std::borrow::Cow;
use std::fmt;
#[cfg(feature = "tokio")]
use std::time::Duration;

#[cfg(feature = "tokio")]
use tokio_util::sync::CancellationToken;

use super::{Limits, run, run_async};
use crate::error::FlowError;
use crate::flow::{CarriesFault, Flow, Returns, RunsNow};
use crate::scope::Scope;
use crate::tags::TagList;
use crate::walk::{Instead, check_blocking, check_whole};

/// A root execution that is about to begin: see [`Scope::context`].
///
/// ```
/// use pumped::prelude::*;
///
/// struct Tenant(&'static str);
///
/// #[flow]
/// fn place(tenant: Tag<Tenant>, cx: &ExecutionCtx<'_>) -> String {
///     format!("{} for {}", cx.name(), tenant.0)
/// }
///
/// let scope = Scope::new();
/// let placed = scope.context().tag(Tenant("acme")).name("POST /orders").exec(place());
/// assert_eq!(placed.unwrap(), "POST /orders for acme");
/// ```
#[must_use = "nothing runs until a flow is given to `exec`"]
pub struct Context<'s> {
    scope: &'s Scope,
    tags: TagList,
    name: Option<Cow<'s, str>>,
    limits: Limits,
}

impl<'s> Context<'s> {
    pub(crate) fn new(scope: &'s Scope) -> Self {
        Self { scope, tags: TagList::new(), name: None, limits: Limits::default() }
    }

    /// Sets a tag of the execution. Costs one allocation.
    pub fn tag<T: Send + Sync + 'static>(self, tag: T) -> Self {
        self.tags.set(tag);
        self
    }

    /// What the execution is called, instead of its flow's name.
    pub fn name(mut self, name: impl Into<Cow<'s, str>>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Runs a flow: see [`Scope::exec`].
    ///
    /// # Errors
    /// See [`FlowError`].
    pub fn exec<F, R>(self, flow: F) -> Result<R::Output, FlowError<R::Error>>
    where
        F: Flow<R, Mode: RunsNow<F>>,
        R: Returns,
    {
        const { check_blocking(F::NODE, Instead::Flow("exec_async")) }
        run::root(self.scope, flow, self.tags, self.name.as_deref(), self.limits)
    }

    /// Runs a flow: see [`Scope::call`].
    ///
    /// # Errors
    /// As [`Scope::call`].
    pub fn call<F, R>(self, flow: F) -> Result<R::Output, R::Called>
    where
        F: Flow<R, Mode: RunsNow<F>>,
        R: Returns<Called: CarriesFault>,
    {
        const { check_blocking(F::NODE, Instead::Flow("call_async")) }
        run::called::<R>(run::root(self.scope, flow, self.tags, self.name.as_deref(), self.limits))
    }
}

/// What ends it before its time.
#[cfg(feature = "tokio")]
impl Context<'_> {
    /// Ends the execution after so long, counted from when it begins (an async one: is
    /// polled first): it is dropped with all that is below it, and is
    /// [`FlowError::TimedOut`]. A sync one cannot be dropped:
    /// it sees [`is_cancelled`](crate::ExecutionCtx::is_cancelled), begins no sub-flow any
    /// more, and has to return by itself; what it returns then counts.
    ///
    /// A step that must not be cut off has to be free of `.await` and of sub-flows, or to run
    /// in a task of its own: what the execution waits for when its time is up is dropped.
    ///
    /// With the feature `tokio`, by its clock. Costs two allocations and a timer.
    ///
    /// ```
    /// use std::time::Duration;
    /// use pumped::prelude::*;
    ///
    /// #[flow]
    /// async fn slow() { std::future::pending().await }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let scope = Scope::new();
    /// let within = Duration::from_millis(5);
    /// let ended = scope.context().timeout(within).exec_async(slow()).await;
    /// assert!(matches!(ended, Err(FlowError::TimedOut(after)) if after == within));
    /// # }
    /// ```
    ///
    /// # Panics
    /// An async execution, if it is polled outside of a tokio runtime with a timer.
    pub fn timeout(mut self, within: Duration) -> Self {
        self.limits.within = Some(within);
        self
    }

    /// Ends the execution when the token is cancelled, as [`timeout`](Self::timeout) does;
    /// it is then [`FlowError::Cancelled`]. If the token is cancelled already, nothing
    /// begins.
    ///
    /// With the feature `tokio`; works with any runtime. Costs two allocations.
    ///
    /// ```
    /// use pumped::prelude::*;
    /// use tokio_util::sync::CancellationToken;
    ///
    /// #[flow]
    /// async fn work() { unreachable!("it never begins") }
    ///
    /// # pollster::block_on(async {
    /// let token = CancellationToken::new();
    /// token.cancel();
    /// let ended = Scope::new().context().cancel_on(token).exec_async(work()).await;
    /// assert!(matches!(ended, Err(FlowError::Cancelled)));
    /// # });
    /// ```
    pub fn cancel_on(mut self, token: CancellationToken) -> Self {
        self.limits.token = Some(token);
        self
    }
}

/// The same for what is async.
impl<'s> Context<'s> {
    /// Runs a flow: see [`Scope::exec_async`].
    ///
    /// # Errors
    /// See [`FlowError`].
    pub fn exec_async<F, R>(
        self,
        flow: F,
    ) -> impl Future<Output = Result<R::Output, FlowError<R::Error>>> + Send + use<'s, F, R>
    where
        F: Flow<R>,
        R: Returns,
    {
        const { check_whole(F::NODE) }
        let Self { scope, tags, name, limits } = self;
        async move { run_async::root(scope, flow, tags, name.as_deref(), limits).await }
    }

    /// Runs a flow: see [`Scope::call_async`].
    ///
    /// # Errors
    /// As [`Scope::call_async`].
    pub fn call_async<F, R>(
        self,
        flow: F,
    ) -> impl Future<Output = Result<R::Output, R::Called>> + Send + use<'s, F, R>
    where
        F: Flow<R>,
        R: Returns<Called: CarriesFault>,
    {
        const { check_whole(F::NODE) }
        let Self { scope, tags, name, limits } = self;
        async move {
            run::called::<R>(run_async::root(scope, flow, tags, name.as_deref(), limits).await)
        }
    }
}

impl fmt::Debug for Context<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context").field("name", &self.name).finish_non_exhaustive()
    }
}
