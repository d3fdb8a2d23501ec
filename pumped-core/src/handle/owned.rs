//! Owned handles: one value, held for as long as one likes.

use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

use super::forward_to_value;
use crate::executor::Executor;
use crate::value::{self, Handle};

macro_rules! owned_handle {
    ($(#[$docs:meta])* $name:ident) => {
        $(#[$docs])*
        pub struct $name<E> {
            handle: Handle,
            of: PhantomData<fn() -> E>,
        }

        impl<E: Executor> $name<E> {
            /// Wraps a handle to an `E::Output`.
            pub(crate) fn from_handle(handle: Handle) -> Self {
                debug_assert!(handle.header().holds::<E::Output>());
                Self { handle, of: PhantomData }
            }
        }

        impl<E: Executor> Deref for $name<E> {
            type Target = E::Output;

            #[inline]
            fn deref(&self) -> &E::Output {
                // SAFETY: every constructor takes a handle to an `E::Output`, and
                // the handle keeps the value alive.
                unsafe { value::value_of(self.handle.as_raw()).as_ref() }
            }
        }

        impl<E> Clone for $name<E> {
            fn clone(&self) -> Self {
                Self { handle: self.handle.clone(), of: PhantomData }
            }
        }

        impl<E> fmt::Debug for $name<E> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let name = self.handle.header().node().name();
                write!(f, concat!(stringify!($name), "<{}>"), name)
            }
        }

        forward_to_value!([E: Executor] $name<E> => E::Output);
    };
}

owned_handle! {
    /// The value of an executor, shared and owned: an `Arc` in spirit.
    ///
    /// As a parameter of an executor it is a dependency on a *fixed* one. Outside
    /// of a graph, [`Scope::dep`](crate::Scope::dep) gives one, for the state of a
    /// web framework or a thread of one's own; it keeps the value usable after the
    /// scope is gone. Cloning costs a count, reading nothing.
    ///
    /// ```
    /// use pumped::prelude::*;
    ///
    /// #[executor]
    /// fn port() -> u16 { 8080 }
    ///
    /// let port: Dep<port> = Scope::new().dep::<port>().unwrap();
    /// assert_eq!(*port, 8080);
    /// ```
    Dep
}

owned_handle! {
    /// The value of a live executor; its dependent is rebuilt when the value changes.
    ///
    /// Taking one makes an executor live. Inside of one build the value does not
    /// change, and all reactive and snapshot dependencies were current together.
    ///
    /// ```
    /// use pumped::prelude::*;
    ///
    /// #[executor(mutable)]
    /// fn level() -> u8 { 1 }
    /// #[executor]
    /// fn doubled(level: Reactive<level>) -> u8 { *level * 2 }
    ///
    /// let scope = Scope::new();
    /// assert_eq!(*scope.get::<doubled>().unwrap(), 2);
    /// scope.update::<level>(4).unwrap();
    /// assert_eq!(*scope.get::<doubled>().unwrap(), 8);
    /// ```
    Reactive
}

owned_handle! {
    /// The value of a live executor as it was when its dependent was built; the
    /// dependent accepts that it goes stale.
    ///
    /// ```
    /// use pumped::prelude::*;
    ///
    /// #[executor(mutable)]
    /// fn level() -> u8 { 1 }
    /// #[executor]
    /// fn first_level(level: Snapshot<level>) -> u8 { *level }
    ///
    /// let scope = Scope::new();
    /// assert_eq!(*scope.get::<first_level>().unwrap(), 1);
    /// scope.update::<level>(4).unwrap();
    /// assert_eq!(*scope.get::<first_level>().unwrap(), 1);
    /// ```
    Snapshot
}

impl<E: Executor> Dep<E> {
    /// A handle to a value of one's own, for unit tests. Costs one allocation.
    #[must_use]
    pub fn new(value: E::Output) -> Self {
        Self::from_handle(Handle::given::<E>(value))
    }
}

impl<E: Executor> Reactive<E> {
    /// A handle to a value of one's own, for unit tests. Costs one allocation.
    #[must_use]
    pub fn new(value: E::Output) -> Self {
        Self::from_handle(Handle::given::<E>(value))
    }
}

impl<E: Executor> Snapshot<E> {
    /// A handle to a value of one's own, for unit tests. Costs one allocation.
    #[must_use]
    pub fn new(value: E::Output) -> Self {
        Self::from_handle(Handle::given::<E>(value))
    }
}
