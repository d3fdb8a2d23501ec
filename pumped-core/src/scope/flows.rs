//! What a scope does with flows.

use super::Scope;
use crate::error::FlowError;
use crate::execution::{self, Context, Limits};
use crate::flow::{CarriesFault, Flow, Returns, RunsNow};
use crate::tags::TagList;
use crate::tree::ExecutionTree;
use crate::walk::{Instead, check_blocking, check_whole};

impl Scope {
    /// Runs a flow.
    ///
    /// Its dependencies are those of the scope, resolved if need be; its body runs once,
    /// here and now. A panic in it is caught. Warm, it allocates nothing.
    ///
    /// ```
    /// use pumped::prelude::*;
    ///
    /// #[executor]
    /// fn catalog() -> Vec<(&'static str, u32)> { vec![("tea", 3)] }
    ///
    /// #[flow]
    /// fn price(catalog: Ref<'_, catalog>, #[input] sku: &str, #[input] amount: u32) -> Result<u32, String> {
    ///     let found = catalog.iter().find(|(name, _)| *name == sku);
    ///     found.map(|(_, price)| price * amount).ok_or_else(|| format!("no {sku}"))
    /// }
    ///
    /// let scope = Scope::new();
    /// assert_eq!(scope.exec(price("tea", 2)).unwrap(), 6);
    /// assert!(matches!(scope.exec(price("rum", 1)), Err(FlowError::Failed(error)) if error == "no rum"));
    /// ```
    ///
    /// # Errors
    /// With the flow's own error, or with what happened around it: see [`FlowError`].
    #[inline]
    pub fn exec<F, R>(&self, flow: F) -> Result<R::Output, FlowError<R::Error>>
    where
        F: Flow<R, Mode: RunsNow<F>>,
        R: Returns,
    {
        const { check_blocking(F::NODE, Instead::Flow("exec_async")) }
        execution::root(self, flow, TagList::new(), None, Limits::default())
    }

    /// As [`exec`](Self::exec), with everything that can go wrong as the flow's own
    /// error, where that converts from a [`Fault`](crate::Fault); a flow that has none
    /// fails with the `Fault` itself.
    ///
    /// # Errors
    /// With the flow's own error, or what its type makes of a `Fault`.
    #[inline]
    pub fn call<F, R>(&self, flow: F) -> Result<R::Output, R::Called>
    where
        F: Flow<R, Mode: RunsNow<F>>,
        R: Returns<Called: CarriesFault>,
    {
        const { check_blocking(F::NODE, Instead::Flow("call_async")) }
        execution::called::<R>(execution::root(self, flow, TagList::new(), None, Limits::default()))
    }

    /// As [`exec`](Self::exec), of a flow that is async or takes what is; sync flows run,
    /// too. Bound to no runtime: whoever polls the future runs the flow. Warm, it allocates
    /// nothing.
    ///
    /// Dropping the future cancels the flow with all that is below it. It is `Send`, also
    /// with inputs that borrow; a flow that calls itself is boxed where it does.
    ///
    /// ```
    /// use pumped::prelude::*;
    ///
    /// #[executor]
    /// async fn pool() -> std::io::Result<Vec<u32>> { Ok(vec![3, 4]) }
    ///
    /// #[flow]
    /// async fn sum(pool: Ref<'_, pool>, #[input] extra: &[u32]) -> u32 {
    ///     pool.iter().chain(extra).sum()
    /// }
    ///
    /// # pollster::block_on(async {
    /// let scope = Scope::new();
    /// assert_eq!(scope.exec_async(sum(&[1])).await.unwrap(), 8);
    /// # });
    /// ```
    ///
    /// # Errors
    /// As [`exec`](Self::exec).
    pub fn exec_async<F, R>(
        &self,
        flow: F,
    ) -> impl Future<Output = Result<R::Output, FlowError<R::Error>>> + Send
    where
        F: Flow<R>,
        R: Returns,
    {
        const { check_whole(F::NODE) }
        execution::root_async(self, flow, TagList::new(), None, Limits::default())
    }

    /// As [`call`](Self::call), of a flow that is async or takes what is.
    ///
    /// # Errors
    /// As [`call`](Self::call).
    pub fn call_async<F, R>(
        &self,
        flow: F,
    ) -> impl Future<Output = Result<R::Output, R::Called>> + Send
    where
        F: Flow<R>,
        R: Returns<Called: CarriesFault>,
    {
        const { check_whole(F::NODE) }
        let root = execution::root_async(self, flow, TagList::new(), None, Limits::default());
        async move { execution::called::<R>(root.await) }
    }

    /// An execution with tags or a name of its own.
    pub fn context(&self) -> Context<'_> {
        Context::new(self)
    }

    /// The executions that have ended, as far as they are kept: see
    /// [`ScopeBuilder::history`](crate::ScopeBuilder::history). Costs a copy of the list
    /// of roots, and an index of their nodes.
    #[must_use]
    pub fn executions(&self) -> ExecutionTree {
        match &self.core().executions.history {
            Some(history) => history.tree(),
            None => ExecutionTree::new(Vec::new()),
        }
    }
}
