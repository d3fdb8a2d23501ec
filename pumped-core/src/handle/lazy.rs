//! A dependency that may not be needed.

use std::fmt;
use std::marker::PhantomData;

use super::owned::Dep;
use crate::error::ResolveError;
use crate::executor::{CanBlock, Executor};
use crate::scope::{Core, ops};
use crate::sync::Arc;
use crate::walk::{Instead, check_blocking, check_whole};

/// A dependency that is not resolved before it is asked for.
///
/// Two of them and a tag choose an implementation, and the other is never built.
/// It holds its scope weakly. A value that a build reads through it is the
/// author's own choice: if that executor is live, nothing is rebuilt when it changes.
///
/// ```
/// use pumped::prelude::*;
///
/// struct InMemory;
///
/// #[executor]
/// fn disk() -> &'static str { "disk" }
/// #[executor]
/// fn memory() -> &'static str { "memory" }
///
/// #[executor]
/// fn store(
///     mode: Option<Tag<InMemory>>,
///     disk: Lazy<disk>,
///     memory: Lazy<memory>,
/// ) -> Result<&'static str, ResolveError> {
///     Ok(if mode.is_some() { *memory.get()? } else { *disk.get()? })
/// }
///
/// let scope = Scope::builder().tag(InMemory).build().unwrap();
/// assert_eq!(*scope.get::<store>().unwrap(), "memory");
/// assert!(!scope.is_cached::<disk>());
/// ```
pub struct Lazy<E> {
    from: From<E>,
}

enum From<E> {
    Scope(Arc<Core>, PhantomData<fn() -> E>),
    Ready(Dep<E>),
}

impl<E> Lazy<E> {
    pub(crate) fn of(core: Arc<Core>) -> Self {
        Self { from: From::Scope(core, PhantomData) }
    }
}

impl<E: Executor> Lazy<E> {
    /// A handle that is resolved already, for unit tests.
    #[must_use]
    pub fn ready(value: E::Output) -> Self {
        Self { from: From::Ready(Dep::new(value)) }
    }

    /// The value, resolved now if need be.
    ///
    /// # Errors
    /// If resolving fails, if it would have to wait for the build that asks
    /// (a cycle), or if the scope is gone.
    pub fn get(&self) -> Result<Dep<E>, ResolveError>
    where
        E::Mode: CanBlock<E>,
    {
        const { check_blocking(E::NODE, Instead::Plain("get_async")) }
        match &self.from {
            From::Scope(core, _) => {
                let core = ops::enter(core).ok_or_else(|| ResolveError::disposed(E::NODE.get()))?;
                ops::dep(&core)
            }
            From::Ready(value) => Ok(value.clone()),
        }
    }

    /// As [`get`](Self::get), also of what is async. The scope is kept until the future has
    /// ended, or is dropped.
    ///
    /// # Errors
    /// As [`get`](Self::get).
    pub fn get_async(&self) -> impl Future<Output = Result<Dep<E>, ResolveError>> + Send {
        const { check_whole(E::NODE) }
        async {
            match &self.from {
                From::Scope(core, _) => ops::dep_async_in(core).await,
                From::Ready(value) => Ok(value.clone()),
            }
        }
    }
}

impl<E> Clone for Lazy<E> {
    fn clone(&self) -> Self {
        let from = match &self.from {
            From::Scope(core, of) => From::Scope(core.clone(), *of),
            From::Ready(value) => From::Ready(value.clone()),
        };
        Self { from }
    }
}

impl<E> fmt::Debug for Lazy<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Lazy<{}>", std::any::type_name::<E>())
    }
}
