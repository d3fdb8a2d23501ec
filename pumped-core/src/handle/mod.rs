//! The handles through which code holds values: owned ones ([`Dep`],
//! [`Reactive`], [`Snapshot`], [`Tag`]), a borrowed one ([`Ref`]), and two that
//! reach the scope later ([`Lazy`], [`Controller`]).
//!
//! None of them has a bound on its executor, so that a struct of handles is
//! `Send`, dropped and well-formed without a look at the graph.

mod controller;
mod lazy;
mod owned;
mod reference;
mod tag;

pub use controller::Controller;
pub use lazy::Lazy;
pub use owned::{Dep, Reactive, Snapshot};
pub use reference::Ref;
pub use tag::Tag;

/// What every handle that dereferences to a value can do with it.
macro_rules! forward_to_value {
    ([$($generics:tt)*] $handle:ty => $value:ty $(where $($bound:tt)*)?) => {
        impl<$($generics)*> AsRef<$value> for $handle $(where $($bound)*)? {
            fn as_ref(&self) -> &$value {
                self
            }
        }

        impl<$($generics)*> std::fmt::Display for $handle
        where
            $value: std::fmt::Display,
            $($($bound)*)?
        {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                (**self).fmt(f)
            }
        }

        impl<$($generics)*> PartialEq for $handle
        where
            $value: PartialEq,
            $($($bound)*)?
        {
            fn eq(&self, other: &Self) -> bool {
                **self == **other
            }
        }
    };
}
use forward_to_value;
