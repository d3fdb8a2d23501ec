//! The borrowed handle: the hot path.

use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;
use std::ptr::NonNull;

use super::forward_to_value;
use super::owned::Dep;
use crate::executor::{Executor, StaysInPlace};
use crate::hazard::Guard;
use crate::value::{self, Handle, Header};

/// A value of a scope, borrowed: what [`Scope::get`](crate::Scope::get) returns.
///
/// Reading a fixed executor counts nothing and locks nothing. A `Ref` to a live
/// one keeps the version that it saw, also while a newer one takes its place:
/// readers never wait for writers.
///
/// ```
/// use pumped::prelude::*;
///
/// #[executor]
/// fn port() -> u16 { 8080 }
///
/// let scope = Scope::new();
/// let port: &u16 = scope.get::<port>().unwrap().into_inner();
/// assert_eq!(*port, 8080);
/// ```
pub struct Ref<'s, E> {
    header: NonNull<Header>,
    /// What keeps the version of a live executor; a fixed value is kept by the scope.
    _held: Option<Guard>,
    of: PhantomData<Borrow<'s, E>>,
}

type Borrow<'s, E> = (&'s (), fn() -> E);

const _: () = {
    const fn is_shared<T: Send + Sync>() {}
    is_shared::<Guard>();
};

// SAFETY: a `Ref` is a shared reference to a value that is `Send + Sync`, and a
// guard that may be dropped on any thread.
unsafe impl<E> Send for Ref<'_, E> {}
// SAFETY: as above.
unsafe impl<E> Sync for Ref<'_, E> {}

impl<E: Executor> Ref<'_, E> {
    /// A reference to a fixed value.
    ///
    /// # Safety
    /// `header` stands before an `E::Output` that lives for `'s`.
    #[inline]
    pub(crate) unsafe fn fixed(header: NonNull<Header>) -> Self {
        Self { header, _held: None, of: PhantomData }
    }

    /// A reference to a version of a live executor.
    #[inline]
    pub(crate) fn live(held: Guard) -> Self {
        debug_assert!(held.header().holds::<E::Output>());
        Self { header: held.as_raw(), _held: Some(held), of: PhantomData }
    }

    pub(crate) fn owned(handle: Handle) -> Self {
        Self::live(Guard::counted(handle))
    }

    /// An owned handle to the same value. Costs a count.
    #[must_use]
    pub fn to_dep(&self) -> Dep<E> {
        // SAFETY: the value is alive as long as this reference.
        Dep::from_handle(unsafe { Handle::share(self.header) })
    }
}

impl<'s, E: Executor> Ref<'s, E> {
    /// The plain reference, which lives as long as the borrow of the scope. Only
    /// a fixed value stays in its place for that long.
    #[must_use]
    #[inline]
    pub fn into_inner(self) -> &'s E::Output
    where
        E::Kind: StaysInPlace<E>,
    {
        // SAFETY: `fixed` promises that the value lives for `'s`. Nothing but a
        // fixed executor meets the bound (it is sealed), and no other constructor
        // is called for one.
        unsafe { value::value_of(self.header).as_ref() }
    }
}

impl<E: Executor> Deref for Ref<'_, E> {
    type Target = E::Output;

    #[inline]
    fn deref(&self) -> &E::Output {
        // SAFETY: the constructors' promises: an `E::Output`, kept by the scope or
        // by `held`.
        unsafe { value::value_of(self.header).as_ref() }
    }
}

impl<E: Executor> fmt::Debug for Ref<'_, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ref<{}>", E::NODE.get().name())
    }
}

forward_to_value!([E: Executor] Ref<'_, E> => E::Output);
