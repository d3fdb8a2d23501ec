//! Beginning a root execution with something of its own.

use std::borrow::Cow;
use std::fmt;

use super::{run, run_async};
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
}

impl<'s> Context<'s> {
    pub(crate) fn new(scope: &'s Scope) -> Self {
        Self { scope, tags: TagList::new(), name: None }
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
        run::root(self.scope, flow, self.tags, self.name.as_deref())
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
        run::called::<R>(run::root(self.scope, flow, self.tags, self.name.as_deref()))
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
        let Self { scope, tags, name } = self;
        async move { run_async::root(scope, flow, tags, name.as_deref()).await }
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
        let Self { scope, tags, name } = self;
        async move { run::called::<R>(run_async::root(scope, flow, tags, name.as_deref()).await) }
    }
}

impl fmt::Debug for Context<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context").field("name", &self.name).finish_non_exhaustive()
    }
}
