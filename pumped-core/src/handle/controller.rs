//! A handle for later.

use std::fmt;
use std::marker::PhantomData;

use super::owned::Dep;
use crate::error::{ResolveError, ScopeError};
use crate::executor::{CanBlock, CanRelease, CanUpdate, Executor};
use crate::scope::{Core, Scope, ops};
use crate::sync::Arc;
use crate::walk::{Instead, check_blocking, check_whole};

/// Reads and changes an executor later, from any thread: in a closure, a button's
/// handler, a scheduler.
///
/// As a dependency it resolves nothing and invalidates nothing. It holds its scope
/// weakly: once the last [`Scope`] handle is gone, it gets `Disposed`. Each call
/// costs what the same call on the scope costs, and two counts.
///
/// ```
/// use pumped::prelude::*;
///
/// #[executor(mutable)]
/// fn count() -> u32 { 0 }
///
/// #[executor]
/// fn button(count: Controller<count>) -> Box<dyn Fn() + Send + Sync> {
///     Box::new(move || count.modify(|now| now + 1).unwrap())
/// }
///
/// let scope = Scope::new();
/// let press = scope.get::<button>().unwrap();
/// press();
/// press();
/// assert_eq!(*scope.get::<count>().unwrap(), 2);
/// ```
pub struct Controller<E> {
    core: Arc<Core>,
    /// The scope of a detached controller, which nobody else holds.
    own: Option<Scope>,
    of: PhantomData<fn() -> E>,
}

impl<E> Controller<E> {
    pub(crate) fn of(core: Arc<Core>) -> Self {
        Self { core, own: None, of: PhantomData }
    }
}

impl<E: Executor> Controller<E> {
    /// A controller of a value of its own, for unit tests: it can be read, updated
    /// and released, and is connected to nothing.
    #[must_use]
    pub fn detached(value: E::Output) -> Self {
        let scope = Scope::of_one::<E>(value);
        Self { core: scope.core().clone(), own: Some(scope), of: PhantomData }
    }

    fn enter(&self) -> Option<ops::Moment<'_>> {
        ops::enter(&self.core)
    }

    /// The latest value, resolved now if need be.
    ///
    /// # Errors
    /// If resolving fails, if it would have to wait for the build that asks
    /// (a cycle), or if the scope is gone.
    pub fn get(&self) -> Result<Dep<E>, ResolveError>
    where
        E::Mode: CanBlock<E>,
    {
        const { check_blocking(E::NODE, Instead::Plain("get_async")) }
        let core = self.enter().ok_or_else(|| ResolveError::disposed(E::NODE.get()))?;
        ops::dep(&core)
    }

    /// As [`get`](Self::get), also of what is async. The scope is kept until the future has
    /// ended, or is dropped.
    ///
    /// # Errors
    /// As [`get`](Self::get).
    pub fn get_async(&self) -> impl Future<Output = Result<Dep<E>, ResolveError>> + Send {
        const { check_whole(E::NODE) }
        ops::dep_async_in(&self.core)
    }

    /// The last value, stale or not; never resolves.
    #[must_use]
    pub fn peek(&self) -> Option<Dep<E>> {
        ops::peek::<E>(&*self.enter()?).map(|value| value.to_dep())
    }

    /// Whether there is a current value.
    #[must_use]
    pub fn is_cached(&self) -> bool {
        self.enter().is_some_and(|core| ops::is_cached::<E>(&core))
    }

    /// Stores a new value: see [`Scope::update`].
    ///
    /// # Errors
    /// As [`Scope::update`], and if the scope is gone.
    pub fn update(&self, value: E::Output) -> Result<(), ScopeError>
    where
        E::Access: CanUpdate<E>,
    {
        ops::update::<E>(&*self.enter().ok_or(ScopeError::Disposed)?, value)
    }

    /// Replaces the value by what `change` makes of it: see [`Scope::modify`].
    ///
    /// # Errors
    /// As [`Scope::modify`], and if the scope is gone.
    pub fn modify(&self, change: impl FnOnce(&E::Output) -> E::Output) -> Result<(), ScopeError>
    where
        E::Access: CanUpdate<E>,
        E::Mode: CanBlock<E>,
    {
        const { check_blocking(E::NODE, Instead::Plain("modify_async")) }
        ops::modify::<E>(&*self.enter().ok_or(ScopeError::Disposed)?, change)
    }

    /// As [`modify`](Self::modify), of what is async: see [`Scope::modify_async`]. The scope
    /// is kept until the future has ended, or is dropped.
    ///
    /// # Errors
    /// As [`modify`](Self::modify).
    pub fn modify_async(
        &self,
        change: impl FnOnce(&E::Output) -> E::Output + Send,
    ) -> impl Future<Output = Result<(), ScopeError>> + Send
    where
        E::Access: CanUpdate<E>,
    {
        const { check_whole(E::NODE) }
        async {
            let core = self.enter().ok_or(ScopeError::Disposed)?;
            ops::modify_async::<E>(&core, change).await
        }
    }

    /// Drops the value: see [`Scope::release`].
    ///
    /// # Errors
    /// As [`Scope::release`], and if the scope is gone.
    pub fn release(&self) -> Result<(), ScopeError>
    where
        E::Kind: CanRelease<E>,
    {
        ops::release::<E>(&*self.enter().ok_or(ScopeError::Disposed)?)
    }

    /// Releases, then gets: see [`Scope::reload`].
    ///
    /// # Errors
    /// As [`Scope::reload`], and if the scope is gone.
    pub fn reload(&self) -> Result<Dep<E>, ScopeError>
    where
        E::Kind: CanRelease<E>,
        E::Mode: CanBlock<E>,
    {
        const { check_blocking(E::NODE, Instead::Plain("reload_async")) }
        let core = self.enter().ok_or(ScopeError::Disposed)?;
        ops::release::<E>(&core)?;
        Ok(ops::dep(&core)?)
    }

    /// As [`reload`](Self::reload), of what is async. The scope is kept until the future
    /// has ended, or is dropped.
    ///
    /// # Errors
    /// As [`reload`](Self::reload).
    pub fn reload_async(&self) -> impl Future<Output = Result<Dep<E>, ScopeError>> + Send
    where
        E::Kind: CanRelease<E>,
    {
        const { check_whole(E::NODE) }
        async {
            let core = self.enter().ok_or(ScopeError::Disposed)?;
            ops::release::<E>(&core)?;
            Ok(ops::get_async::<E>(&core).await?.to_dep())
        }
    }
}

impl<E> Clone for Controller<E> {
    fn clone(&self) -> Self {
        Self { core: self.core.clone(), own: self.own.clone(), of: PhantomData }
    }
}

impl<E> fmt::Debug for Controller<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Controller<{}>", std::any::type_name::<E>())
    }
}
