//! What user functions hand back: a value or a `Result`, an error or nothing.
//!
//! Generated code calls the functions of this module at the span of the user's
//! type, and the traits carry the sentence that is printed there when it does
//! not fit. They stand apart from [`Executor`](crate::Executor) because neither
//! the error type nor the shape of a return type is part of its contract.

use std::any::Any;
use std::marker::PhantomData;

use crate::error::{BoxError, FlowError};

/// A return type that can fail.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is named or declared like a `Result` but is none: give the attribute the option `infallible`, and leave `fallible` out",
    label = "not a `Result`"
)]
pub trait Fallible {
    /// The value of a success.
    type Output;
    #[doc(hidden)]
    type Error;
    /// The outcome with its error boxed. The bound stands here and not on `Error`,
    /// so that an error type that does not fit spoils nothing else.
    #[doc(hidden)]
    fn boxed(self) -> Result<Self::Output, BoxError>
    where
        Self::Error: Failure;
    /// The outcome as the end of a flow.
    #[doc(hidden)]
    fn ended(self) -> Result<Self::Output, FlowError<Self::Error>>;
}

impl<T, E> Fallible for Result<T, E> {
    type Output = T;
    type Error = E;

    fn boxed(self) -> Result<T, BoxError>
    where
        E: Failure,
    {
        self.map_err(Failure::into_box)
    }

    #[inline]
    fn ended(self) -> Result<T, FlowError<E>> {
        self.map_err(FlowError::Failed)
    }
}

/// An error that a function may return: whatever converts into a [`BoxError`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an error: write `impl std::error::Error for {Self} {{}}`, or a conversion `impl From<{Self}> for pumped::error::BoxError`",
    label = "this error type does not convert into a `BoxError`",
    note = "a boxed error has to be `Box<dyn std::error::Error + Send + Sync>`"
)]
pub trait Failure {
    #[doc(hidden)]
    fn into_box(self) -> BoxError;
}

#[diagnostic::do_not_recommend]
impl<E: Into<BoxError>> Failure for E {
    fn into_box(self) -> BoxError {
        self.into()
    }
}

/// What a cleanup may return: nothing, or a `Result` of nothing.
#[diagnostic::on_unimplemented(
    message = "a cleanup returns nothing or a `Result<(), E>`; what is async goes to `ResolveCtx::on_cleanup_async`",
    label = "not what a cleanup returns"
)]
pub trait Cleaned {
    #[doc(hidden)]
    fn into_result(self) -> Result<(), BoxError>;
}

/// The never type, which has no name of its own yet: a closure that only panics.
#[diagnostic::do_not_recommend]
impl Cleaned for <fn() -> ! as Returns>::Type {
    fn into_result(self) -> Result<(), BoxError> {
        self
    }
}

#[doc(hidden)]
pub trait Returns {
    type Type;
}

impl<R> Returns for fn() -> R {
    type Type = R;
}

impl Cleaned for () {
    fn into_result(self) -> Result<(), BoxError> {
        Ok(())
    }
}

impl<E: Failure> Cleaned for Result<(), E> {
    fn into_result(self) -> Result<(), BoxError> {
        self.map_err(Failure::into_box)
    }
}

/// A value that the option `eq` can compare.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be compared: the option `eq` needs `{Self}: PartialEq`",
    label = "no `PartialEq`"
)]
pub trait Comparable {
    #[doc(hidden)]
    fn same(&self, other: &Self) -> bool;
}

#[diagnostic::do_not_recommend]
impl<T: PartialEq> Comparable for T {
    fn same(&self, other: &Self) -> bool {
        self == other
    }
}

/// Tells at compile time whether `T` is a `Result` under another name: the
/// inherent constant exists for results only and wins over the trait's.
#[doc(hidden)]
pub struct ResultProbe<T>(PhantomData<T>);

impl<T, E> ResultProbe<Result<T, E>> {
    pub const IS_RESULT: bool = true;
}

#[doc(hidden)]
pub trait NoResult {
    const IS_RESULT: bool = false;
}

impl<T> NoResult for ResultProbe<T> {}

/// Refuses an infallible executor whose type turns out to be a `Result`.
#[doc(hidden)]
#[track_caller]
pub const fn check_plain(is_result: bool) {
    assert!(
        !is_result,
        "this type is a `Result` under another name: declare it `#[executor(fallible)]`, \
         or `#[executor(infallible)]` if the `Result` itself is the value"
    );
}

/// The same for flows.
#[doc(hidden)]
#[track_caller]
pub const fn check_plain_flow(is_result: bool) {
    assert!(
        !is_result,
        "this type is a `Result` under another name: declare it `#[flow(fallible)]`, \
         or `#[flow(infallible)]` if the `Result` itself is the value"
    );
}

/// A value that `meta(..)` can hold.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a `meta(..)` value: all threads read it, so it must be `Send + Sync + 'static`",
    label = "not `Send + Sync`"
)]
pub trait Meta {
    #[doc(hidden)]
    fn boxed(self) -> MetaValue;
}

#[diagnostic::do_not_recommend]
impl<T: Any + Send + Sync> Meta for T {
    fn boxed(self) -> MetaValue {
        Box::new(self)
    }
}

#[doc(hidden)]
#[expect(unreachable_pub, reason = "named by a public trait and a function of generated code")]
pub type MetaValue = Box<dyn Any + Send + Sync>;

/// All values of `meta(..)`.
#[doc(hidden)]
#[must_use]
pub fn meta_list<const N: usize>(values: [MetaValue; N]) -> Vec<MetaValue> {
    Vec::from(values)
}
