//! `Send`, `Sync` and `Display` in the words of this crate.
//!
//! rustc reports a broken `Send` and a broken `Sync` one by one, and leaves out errors that
//! follow from another one at the same place. So a trait above both, which is asked for
//! beside them, speaks for both. It has to be refused by itself, and not for the sake of
//! what it is implemented by: that is so where two impls come into question, and therefore
//! the types below have a second one, which never applies. What merely contains such a type
//! has the messages of rustc, which name the part that is to blame.

use std::cell::{Cell, OnceCell, RefCell, UnsafeCell};
use std::fmt::Display;
use std::ptr::NonNull;
use std::rc::{self, Rc};
use std::sync::mpsc::Receiver;
use std::sync::{MutexGuard, RwLockReadGuard, RwLockWriteGuard};

/// What a scope can keep.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is for one thread only, but all threads share a scope and what it keeps",
    label = "not `Send + Sync`",
    note = "take `Arc` instead of `Rc`; `Mutex`, `RwLock` or an atomic instead of `Cell` and `RefCell`, or a `Mutex` around what one thread at a time may use; the lock instead of its guard"
)]
pub trait ForAllThreads: Send + Sync + 'static {}

#[diagnostic::do_not_recommend]
impl<T: Send + Sync + 'static> ForAllThreads for T {}

/// What a flow can yield.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is for one thread only, but a flow can run on one thread and yield to another",
    label = "not `Send`",
    note = "take `Arc` instead of `Rc`; the lock, or a copy of what is in it, instead of its guard"
)]
pub trait ForOtherThreads: Send {}

#[diagnostic::do_not_recommend]
impl<T: Send> ForOtherThreads for T {}

/// An error that a flow can yield: whoever runs the flow can show it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be shown, and the error of a flow is: write `impl std::fmt::Display for {Self}`, or derive it, as `thiserror` does",
    label = "no `Display`"
)]
pub trait CanBeShown: Display {}

#[diagnostic::do_not_recommend]
impl<T: Display> CanBeShown for T {}

/// Implemented by nothing, and by nobody else: an impl with it in a bound never applies. Where
/// it and another one come into question, rustc refuses the type by itself.
pub(crate) trait Never {}

// The bound on `Never` is of a lifetime that nobody gives, as rustc refuses bounds outright
// that it knows to be broken.
#[diagnostic::do_not_recommend]
impl<T> CanBeShown for T
where
    for<'a> &'a (): Never,
    T: CanBeShown,
{
}

macro_rules! refused {
    ($trait:ident: $($ty:ty),*) => {$(
        #[diagnostic::do_not_recommend]
        impl<T: ?Sized> $trait for $ty
        where
            for<'a> &'a (): Never,
            Self: $trait,
        {
        }
    )*};
    ($trait:ident, sized: $($ty:ty),*) => {$(
        #[diagnostic::do_not_recommend]
        impl<T> $trait for $ty
        where
            for<'a> &'a (): Never,
            Self: $trait,
        {
        }
    )*};
}

refused!(ForAllThreads: Rc<T>, rc::Weak<T>, Cell<T>, RefCell<T>, UnsafeCell<T>);
refused!(ForAllThreads: MutexGuard<'_, T>, RwLockReadGuard<'_, T>, RwLockWriteGuard<'_, T>);
refused!(ForAllThreads: *const T, *mut T, NonNull<T>);
refused!(ForAllThreads, sized: OnceCell<T>, Receiver<T>);

refused!(ForOtherThreads: Rc<T>, rc::Weak<T>);
refused!(ForOtherThreads: MutexGuard<'_, T>, RwLockReadGuard<'_, T>, RwLockWriteGuard<'_, T>);
refused!(ForOtherThreads: *const T, *mut T, NonNull<T>);
