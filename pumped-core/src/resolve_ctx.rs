//! What a build sees of its scope.

use crate::cleanup::{self, CleanupList, CleanupVec, Job};
use crate::executor::{Executor, Kind};
use crate::handle::Tag;
use crate::node::Node;
use crate::outcome::Cleaned;
use crate::scope::{Core, WeakScope};
use crate::sync::Arc;
use crate::value::Handle;

/// What an executor's function may ask for beside its dependencies.
///
/// Take it as a parameter: `cx: &ResolveCtx<'_>`.
///
/// ```
/// use pumped::prelude::*;
///
/// struct Region(&'static str);
///
/// #[executor]
/// fn greeting(cx: &ResolveCtx<'_>) -> String {
///     cx.on_cleanup(|| println!("closed"));
///     let region = cx.tag::<Region>().map_or("nowhere", |region| region.0);
///     format!("hello from {} in {region}", cx.name())
/// }
///
/// let scope = Scope::builder().tag(Region("eu")).build().unwrap();
/// assert_eq!(*scope.get::<greeting>().unwrap(), "hello from greeting in eu");
/// ```
pub struct ResolveCtx<'a> {
    core: Option<&'a Arc<Core>>,
    node: &'static Node,
    cleanups: CleanupList<'a>,
}

impl<'a> ResolveCtx<'a> {
    // Not `new`: rustc would show its arguments to those who look for a way to make one.
    #[inline]
    pub(crate) fn of_build(core: &'a Arc<Core>, node: &'static Node, pinned: &'a [Handle]) -> Self {
        Self { core: Some(core), node, cleanups: CleanupList::new(node, Some(core), pinned) }
    }

    /// A context without a scope, for unit tests.
    pub(crate) fn detached(node: &'static Node) -> Self {
        Self { core: None, node, cleanups: CleanupList::new(node, None, &[]) }
    }

    /// Registers what is to be done when nobody uses the value any more, at the
    /// latest when the scope is disposed.
    ///
    /// Cleanups run once each, the one registered last first, and after those of
    /// everything that was built from the value. A closure may return a
    /// `Result`: its error is collected for
    /// [`DisposeError`](crate::error::DisposeError). If the build fails, its
    /// cleanups run at once.
    ///
    /// Costs an allocation or two, at build only.
    pub fn on_cleanup<R: Cleaned>(&self, cleanup: impl FnOnce() -> R + Send + 'static) {
        self.cleanups.push(cleanup);
    }

    /// As [`on_cleanup`](Self::on_cleanup), for what has to be awaited.
    ///
    /// It runs in its turn, one after the other: [`Scope::dispose_async`] awaits all,
    /// [`Scope::drain`] those of values that were replaced or released before. Until then
    /// the value, and what it was built from, stay. Where nothing can be awaited, in
    /// [`Scope::dispose`] or with the last handle of a scope, it is not run, and that is
    /// an error of this executor's.
    ///
    /// ```
    /// use pumped::prelude::*;
    ///
    /// #[executor]
    /// fn pool(cx: &ResolveCtx<'_>) -> &'static str {
    ///     cx.on_cleanup_async(|| async { println!("said goodbye, and closed") });
    ///     "a pool"
    /// }
    ///
    /// # pollster::block_on(async {
    /// let scope = Scope::new();
    /// scope.get::<pool>().unwrap();
    /// scope.dispose_async().await.unwrap();
    /// # });
    /// ```
    ///
    /// [`Scope::dispose_async`]: crate::Scope::dispose_async
    /// [`Scope::dispose`]: crate::Scope::dispose
    /// [`Scope::drain`]: crate::Scope::drain
    pub fn on_cleanup_async<F>(&self, cleanup: impl FnOnce() -> F + Send + 'static)
    where
        F: Future<Output: Cleaned> + Send + 'static,
    {
        self.cleanups.push_async(cleanup);
    }

    /// The name of the executor that is being built.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.node.name()
    }

    /// A tag of the scope.
    #[must_use]
    pub fn tag<T: Send + Sync + 'static>(&self) -> Option<&'a T> {
        self.core?.tags.get()
    }

    /// The scope, held weakly: for values that resolve or run something later.
    ///
    /// From a context of [`testing`](crate::testing) it upgrades to nothing.
    #[must_use]
    pub fn scope(&self) -> WeakScope {
        WeakScope::new(self.core)
    }

    /// The cleanups that the build has registered, for the value to have.
    #[inline]
    pub(crate) fn into_cleanups(self) -> CleanupVec {
        self.cleanups.into_vec()
    }

    /// Runs and awaits the cleanups of a build that has failed.
    pub(crate) async fn clean_up(self) {
        if let Some(core) = self.core {
            let inputs = self.cleanups.pinned();
            let list = self.cleanups.into_vec();
            if !list.is_empty() {
                cleanup::run_async(Job::of_nobody(core, self.node, list, inputs)).await;
            }
        }
    }

    pub(crate) fn weak(&self) -> Arc<Core> {
        self.core.expect("only a scope calls a build").clone()
    }

    /// The value of the fixed dependency `E`.
    ///
    /// # Panics
    /// If `E` was not prepared: then this executor does not declare it.
    #[inline]
    pub(crate) fn fixed<E: Executor>(&self) -> Handle {
        // Known at compile time, and refused there: a slot is no value.
        assert!(!E::Kind::LIVE, "a live executor cannot be taken as `Dep`");
        self.fixed_of(E::NODE.get())
    }

    #[inline]
    fn fixed_of(&self, node: &'static Node) -> Handle {
        let core = self.core.expect("only a scope calls a build");
        let header = core.fixed(core.target(node)).expect("prepared before its dependent");
        // SAFETY: the scope holds its fixed values while a build runs in it.
        unsafe { Handle::share(header) }
    }

    /// The value of the live dependency number `at`, which is an `E`.
    ///
    /// # Panics
    /// If that parameter is another executor.
    pub(crate) fn pinned<E: Executor>(&self, at: usize) -> Handle {
        let before = self.node.params()[..at].iter();
        let pinned = &self.cleanups.pinned()[before.filter(|param| param.is_live()).count()];
        assert!(pinned.header().holds::<E::Output>(), "this parameter is of another executor");
        pinned.clone()
    }

    pub(crate) fn required_tag<T: Send + Sync + 'static>(&self, at: usize) -> Tag<T> {
        let tag = self.owned_tag();
        tag.unwrap_or_else(|| panic!("tag number {at} of `{}` was checked before", self.name()))
    }

    pub(crate) fn owned_tag<T: Send + Sync + 'static>(&self) -> Option<Tag<T>> {
        self.core?.tags.owned()
    }
}
