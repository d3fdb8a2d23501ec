//! The scope: it owns the values of executors, resolves them, changes the live
//! ones, and cleans up.
//!
//! This file is the public face. Behind it, `core` is what a scope consists of,
//! `engine` the data under its lock; `fixed` resolves, `plan` and `drive` build
//! live values, `commit` changes them, `teardown` ends it all.

pub(crate) mod arena;
mod batch;
mod builder;
mod check;
mod commit;
mod core;
mod drive;
mod drive_async;
mod eager;
mod end;
mod engine;
mod fixed;
mod follow;
mod live;
mod lone;
mod marks;
pub(crate) mod ops;
mod order;
mod plan;
mod presets;
mod resolve_async;
mod states;
mod table;
mod task;
pub(crate) mod teardown;
mod version;
mod watch;
mod watched;
mod weak;

pub use batch::Batch;
pub use builder::ScopeBuilder;
pub use watch::{Subscription, Watch};
pub use weak::WeakScope;

pub(crate) use self::core::Core;
pub(crate) use self::fixed::Claim;

use std::fmt;

use self::presets::Presets;
use crate::error::{BuildError, FlowError, ResolveError, ScopeError};
use crate::execution::{self, Context, Executions, Limits, Settings};
use crate::executor::{CanBlock, CanRelease, CanUpdate, CanWatch, Executor};
use crate::flow::{CarriesFault, Flow, Returns, RunsNow};
use crate::graph::Graph;
use crate::handle::{Controller, Dep, Ref};
use crate::reclaim;
use crate::sync::Arc;
use crate::tags::TagList;
use crate::tree::ExecutionTree;
use crate::walk::{Instead, check_blocking, check_whole};

/// Owns the values of executors, their cleanups and the reactive graph.
///
/// Cheap to clone; all clones are the same scope. When the last one is dropped,
/// the scope is disposed; what fails then is reported through `tracing` (with the
/// feature of that name) or on stderr. Use [`dispose`](Self::dispose) to see it.
///
/// ```
/// use pumped::prelude::*;
///
/// #[executor]
/// fn config() -> String { "localhost".into() }
/// #[executor]
/// fn url(config: Dep<config>) -> String { format!("http://{}", *config) }
///
/// let scope = Scope::new();
/// assert_eq!(*scope.get::<url>().unwrap(), "http://localhost");
/// ```
pub struct Scope {
    core: Arc<Core>,
}

impl Scope {
    /// An empty scope without presets and tags. Costs one allocation.
    #[must_use]
    pub fn new() -> Self {
        Self::from_core(Core::new(
            TagList::new(),
            Presets::default(),
            Executions::new(Settings::default()),
        ))
    }

    /// A builder, for presets, tags, provided values and roots to check.
    pub fn builder() -> ScopeBuilder {
        ScopeBuilder::default()
    }

    /// Takes over one user of `core`.
    pub(crate) fn from_core(core: Arc<Core>) -> Self {
        Self { core }
    }

    pub(crate) fn core(&self) -> &Arc<Core> {
        &self.core
    }

    /// A scope of a single value.
    pub(crate) fn of_one<E: Executor>(value: E::Output) -> Self {
        let built = Self::builder().preset::<E>(value).build();
        built.expect("a single preset contradicts nothing")
    }

    /// The value of `E`, built now if it is not there, or stale.
    ///
    /// Warm, this is a few loads: nothing shared is written. A `get` takes part in
    /// whatever build of `E` is in flight; failures are not cached.
    ///
    /// # Errors
    /// If `E` or something below it fails, panics, misses a tag or a value; if it
    /// would have to wait for the build that asks (a cycle); or if the scope is
    /// disposed.
    #[inline]
    pub fn get<E: Executor>(&self) -> Result<Ref<'_, E>, ResolveError>
    where
        E::Mode: CanBlock<E>,
    {
        const { check_blocking(E::NODE, Instead::Named("get_async")) }
        ops::get(&self.core)
    }

    /// As [`get`](Self::get), as an owned handle: for the state of a web framework,
    /// or a thread. Costs a count.
    ///
    /// # Errors
    /// As [`get`](Self::get).
    pub fn dep<E: Executor>(&self) -> Result<Dep<E>, ResolveError>
    where
        E::Mode: CanBlock<E>,
    {
        const { check_blocking(E::NODE, Instead::Named("dep_async")) }
        ops::dep(&self.core)
    }

    /// As [`get`](Self::get), also of what is async, itself or below. Works for all
    /// executors.
    ///
    /// An async build belongs to the scope: whoever waits for it lets it go on, and when
    /// the last of those is gone it is dropped, and begun anew by the next. Independent
    /// async dependencies are built concurrently. Bound to no runtime.
    ///
    /// ```
    /// use pumped::prelude::*;
    ///
    /// #[executor]
    /// async fn pool() -> std::io::Result<&'static str> { Ok("pool") }
    /// #[executor]
    /// fn repo(pool: Dep<pool>) -> String { format!("repo over {}", *pool) }
    ///
    /// # pollster::block_on(async {
    /// let scope = Scope::new();
    /// assert_eq!(*scope.get_async::<repo>().await.unwrap(), "repo over pool");
    /// # });
    /// ```
    ///
    /// # Errors
    /// As [`get`](Self::get).
    pub fn get_async<E: Executor>(
        &self,
    ) -> impl Future<Output = Result<Ref<'_, E>, ResolveError>> + Send {
        const { check_whole(E::NODE) }
        ops::get_async(&self.core)
    }

    /// As [`dep`](Self::dep), also of what is async.
    ///
    /// # Errors
    /// As [`get`](Self::get).
    pub fn dep_async<E: Executor>(
        &self,
    ) -> impl Future<Output = Result<Dep<E>, ResolveError>> + Send {
        const { check_whole(E::NODE) }
        async { ops::get_async::<E>(&self.core).await.map(|value| value.to_dep()) }
    }

    /// The last value of `E`, stale or not. Never resolves.
    #[must_use]
    pub fn peek<E: Executor>(&self) -> Option<Ref<'_, E>> {
        ops::peek(&self.core)
    }

    /// Whether the value of `E` is there and current. Never resolves.
    #[must_use]
    pub fn is_cached<E: Executor>(&self) -> bool {
        ops::is_cached::<E>(&self.core)
    }

    /// Walks the graph below `E`, presets applied, and reports everything that is
    /// missing. Resolves nothing. See [`ScopeBuilder::root`].
    ///
    /// # Errors
    /// With all that is missing.
    pub fn check<E: Executor>(&self) -> Result<(), BuildError> {
        BuildError::check(check::problems_below(&self.core, E::NODE.get()))
    }

    /// A handle to read and change `E` later, that does not keep the scope.
    #[must_use]
    pub fn controller<E: Executor>(&self) -> Controller<E> {
        Controller::of(self.core.clone())
    }

    /// Stores a new value of a mutable executor. Its own function need not have
    /// run, and does not.
    ///
    /// When this returns, every `get` that starts later, on any thread, sees the
    /// new value, and of what depends on it a value that was built from it or a
    /// later one. Dependents are only marked here, and rebuilt when they are read.
    /// The old value is cleaned up as soon as nobody uses it.
    ///
    /// Costs one allocation for the value, and a visit of each dependent that was
    /// read since it was last marked.
    ///
    /// # Errors
    /// If it is asked for by a build that reactively depends on `E`, or by a change
    /// of `E` itself; or if the scope is disposed.
    pub fn update<E: Executor>(&self, value: E::Output) -> Result<(), ScopeError>
    where
        E::Access: CanUpdate<E>,
    {
        ops::update::<E>(&self.core, value)
    }

    /// Replaces the value of a mutable executor by what `change` makes of it.
    /// Nobody writes in between: concurrent changes all count.
    ///
    /// The value is resolved first if it is not there. If `change` panics, nothing
    /// has changed and the panic goes on.
    ///
    /// ```
    /// use pumped::prelude::*;
    ///
    /// #[executor(mutable)]
    /// fn count() -> u32 { 0 }
    ///
    /// let scope = Scope::new();
    /// scope.modify::<count>(|now| now + 1).unwrap();
    /// assert_eq!(*scope.get::<count>().unwrap(), 1);
    /// ```
    ///
    /// # Errors
    /// As [`update`](Self::update), and if the value cannot be resolved.
    pub fn modify<E: Executor>(
        &self,
        change: impl FnOnce(&E::Output) -> E::Output,
    ) -> Result<(), ScopeError>
    where
        E::Access: CanUpdate<E>,
        E::Mode: CanBlock<E>,
    {
        const { check_blocking(E::NODE, Instead::Named("modify_async")) }
        ops::modify::<E>(&self.core, change)
    }

    /// As [`modify`](Self::modify), of what is async, itself or below: the value is awaited
    /// first. `change` is called once, with the value that it replaces.
    ///
    /// # Errors
    /// As [`modify`](Self::modify).
    pub fn modify_async<E: Executor>(
        &self,
        change: impl FnOnce(&E::Output) -> E::Output + Send,
    ) -> impl Future<Output = Result<(), ScopeError>> + Send
    where
        E::Access: CanUpdate<E>,
    {
        const { check_whole(E::NODE) }
        ops::modify_async::<E>(&self.core, change)
    }

    /// Several changes at once, or none: nobody computes from a part of them.
    ///
    /// `change` only says what is to be changed; that happens when it has returned, in
    /// one step. If it fails or panics, nothing has changed. What depends on several of
    /// the values is marked, and rebuilt, once. The changes count in the order in
    /// which they were asked for; with `eq`, those that are none are left out.
    ///
    /// ```
    /// use pumped::prelude::*;
    ///
    /// #[executor(mutable)]
    /// fn host() -> String { "db1".into() }
    /// #[executor(mutable)]
    /// fn port() -> u16 { 5432 }
    /// #[executor]
    /// fn url(host: Reactive<host>, port: Reactive<port>) -> String { format!("{}:{}", *host, *port) }
    ///
    /// let scope = Scope::new();
    /// scope.batch(|b| {
    ///     b.update::<host>("db2".into())?;
    ///     b.update::<port>(5433)
    /// }).unwrap();
    /// assert_eq!(*scope.get::<url>().unwrap(), "db2:5433");
    /// ```
    ///
    /// # Errors
    /// With the closure's own; else as [`update`](Self::update).
    pub fn batch<T>(
        &self,
        change: impl FnOnce(&Batch<'_>) -> Result<T, ScopeError>,
    ) -> Result<T, ScopeError> {
        batch::run(&self.core, change)
    }

    /// As [`batch`](Self::batch), for a closure with errors of its own.
    ///
    /// ```
    /// use pumped::prelude::*;
    ///
    /// #[executor(mutable)]
    /// fn port() -> u16 { 80 }
    ///
    /// let scope = Scope::new();
    /// let change: Result<(), Box<dyn std::error::Error>> = scope.try_batch(|b| {
    ///     b.update::<port>("8080".parse()?)?;
    ///     b.update::<port>("https".parse()?)?;
    ///     Ok(())
    /// });
    /// assert!(change.is_err());
    /// assert_eq!(*scope.get::<port>().unwrap(), 80);
    /// ```
    ///
    /// # Errors
    /// As [`batch`](Self::batch).
    pub fn try_batch<T, E: From<ScopeError>>(
        &self,
        change: impl FnOnce(&Batch<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        batch::run(&self.core, change)
    }

    /// Drops the value of a live executor, and those of everything that reactively
    /// depends on it; they are cleaned up as soon as nobody uses them, dependents
    /// first. The next `get` builds anew, or returns to the preset.
    ///
    /// # Errors
    /// As [`update`](Self::update).
    pub fn release<E: Executor>(&self) -> Result<(), ScopeError>
    where
        E::Kind: CanRelease<E>,
    {
        ops::release::<E>(&self.core)
    }

    /// [`release`](Self::release), then [`get`](Self::get).
    ///
    /// # Errors
    /// As these two.
    pub fn reload<E: Executor>(&self) -> Result<Ref<'_, E>, ScopeError>
    where
        E::Kind: CanRelease<E>,
        E::Mode: CanBlock<E>,
    {
        const { check_blocking(E::NODE, Instead::Named("reload_async")) }
        ops::release::<E>(&self.core)?;
        Ok(ops::get(&self.core)?)
    }

    /// As [`reload`](Self::reload), of what is async, itself or below.
    ///
    /// # Errors
    /// As [`reload`](Self::reload).
    pub fn reload_async<E: Executor>(
        &self,
    ) -> impl Future<Output = Result<Ref<'_, E>, ScopeError>> + Send
    where
        E::Kind: CanRelease<E>,
    {
        const { check_whole(E::NODE) }
        async {
            ops::release::<E>(&self.core)?;
            Ok(ops::get_async(&self.core).await?)
        }
    }

    /// Calls `call` with each new value of `E`, until the subscription is dropped.
    ///
    /// The thread that changes something below calls it, after the change has settled
    /// and been made visible, and no lock of ours is held: it may read and update. What
    /// is stale is rebuilt to know the new value; with `eq`, an equal one is none. Of
    /// changes that come while `call` runs, also from other threads and from itself,
    /// it is then called with the latest, by whoever runs it. If it panics, or if a
    /// rebuild fails, that is reported through `tracing` or on stderr, and the next
    /// change comes as ever.
    ///
    /// `E` is resolved here, so that it is known what it changes from. To reach the
    /// scope, let `call` own a [`WeakScope`] or a [`Controller`]: a `Scope` in it would
    /// keep itself alive.
    ///
    /// ```
    /// use pumped::prelude::*;
    /// use std::sync::mpsc;
    ///
    /// #[executor(mutable)]
    /// fn level() -> u8 { 1 }
    /// #[executor]
    /// fn filter(level: Reactive<level>) -> String { format!("level={}", *level) }
    ///
    /// let scope = Scope::new();
    /// let (sender, seen) = mpsc::channel();
    /// let subscription = scope.on_change::<filter>(move |now| sender.send(now.clone()).unwrap());
    /// scope.update::<level>(2).unwrap();
    /// assert_eq!(seen.recv().unwrap(), "level=2");
    /// drop(subscription);
    /// scope.update::<level>(3).unwrap();
    /// assert!(seen.recv().is_err());
    /// ```
    pub fn on_change<E: Executor>(
        &self,
        call: impl Fn(&E::Output) + Send + Sync + 'static,
    ) -> Subscription
    where
        E::Kind: CanWatch<E>,
        E::Mode: CanBlock<E>,
    {
        const { check_blocking(E::NODE, Instead::Named("get_async")) }
        Subscription::new::<E>(&self.core, call)
    }

    /// Waits for changes of `E`, in any async runtime; see [`Watch`].
    ///
    /// `E` is resolved here, so that it is known what it changes from; an error of that
    /// is the first thing that the watch brings. If something below it is async, it is
    /// resolved when the watch is first awaited.
    pub fn watch<E: Executor>(&self) -> Watch<E>
    where
        E::Kind: CanWatch<E>,
    {
        const { check_whole(E::NODE) }
        Watch::new(&self.core)
    }

    /// A handle that does not keep the scope.
    #[must_use]
    pub fn downgrade(&self) -> WeakScope {
        WeakScope::new(Some(&self.core))
    }

    /// A tag of the scope.
    #[must_use]
    pub fn tag<T: Send + Sync + 'static>(&self) -> Option<&T> {
        self.core.tags.get()
    }

    /// What this scope knows, as a graph: each executor that it has met, with its
    /// state, presets applied, and every edge that these declare.
    #[must_use]
    pub fn graph(&self) -> Graph {
        Graph::of_scope(&self.core)
    }
}

/// What a scope does with flows.
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

impl Default for Scope {
    fn default() -> Self {
        Self::new()
    }
}

impl Clone for Scope {
    fn clone(&self) -> Self {
        self.core.add_user();
        Self { core: self.core.clone() }
    }
}

impl Drop for Scope {
    fn drop(&mut self) {
        if self.core.remove_user() {
            reclaim::tear_down(&self.core);
        }
    }
}

impl fmt::Debug for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Scope")
    }
}

// A panic in user code leaves a scope as it was: nothing of it is half-written.
impl std::panic::UnwindSafe for Scope {}
impl std::panic::RefUnwindSafe for Scope {}
