//! How an execution of a flow can end badly.

use std::convert::Infallible;
use std::error::Error;
use std::fmt;
use std::time::Duration;

use super::{BoxError, Panic, ResolveError, ResolveErrorKind, ScopeError};
use crate::tree::Status;

/// Why running a flow brought no value: the flow's own error, or what happened
/// around it.
///
/// `exec` returns it, to match on what happened. `call` folds it into the flow's own
/// error type, if that has a conversion from [`Fault`]: then `?` is all it takes.
///
/// ```
/// use pumped::prelude::*;
///
/// #[flow]
/// fn parse(#[input] text: &str) -> Result<u32, std::num::ParseIntError> { text.parse() }
///
/// let scope = Scope::new();
/// assert_eq!(scope.exec(parse("7")).unwrap(), 7);
/// match scope.exec(parse("seven")) {
///     Err(FlowError::Failed(error)) => println!("no number: {error}"),
///     other => panic!("{other:?}"),
/// }
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum FlowError<E> {
    /// The flow returned this error.
    Failed(E),
    /// Something that the flow takes could not be resolved. The body has not run.
    Resolve(ResolveError),
    /// The flow panicked.
    Panicked(Panic),
    /// The execution was cancelled.
    Cancelled,
    /// The execution took longer than it was given.
    TimedOut(Duration),
    /// The scope is disposed, or being disposed. The body has not run.
    Disposed,
    /// Flows are nested more deeply than
    /// [`ScopeBuilder::max_depth`](crate::ScopeBuilder::max_depth) allows. The body
    /// has not run.
    TooDeep,
    /// An extension refused the execution, or failed around it.
    Extension(BoxError),
}

/// What can happen to any flow: every [`FlowError`] but the flow's own.
///
/// It also stands for what a scope or a controller says inside of a flow, where only the
/// conversion from it is there: `controller.update(value).map_err(Fault::from)?`.
///
/// An error type that is to be used with `call` converts from it:
///
/// ```
/// use pumped::prelude::*;
///
/// #[derive(Debug)]
/// enum OrderError {
///     SoldOut,
///     Fault(Fault),
/// }
///
/// impl From<Fault> for OrderError {
///     fn from(fault: Fault) -> Self { Self::Fault(fault) }
/// }
/// # impl std::fmt::Display for OrderError {
/// #     fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { write!(f, "{self:?}") }
/// # }
///
/// #[flow]
/// fn reserve(#[input] amount: u32) -> Result<u32, OrderError> {
///     if amount > 3 { Err(OrderError::SoldOut) } else { Ok(amount) }
/// }
///
/// #[flow]
/// fn order(cx: &ExecutionCtx<'_>, #[input] amount: u32) -> Result<u32, OrderError> {
///     Ok(cx.call(reserve(amount))? * 100)
/// }
///
/// assert_eq!(Scope::new().call(order(2)).unwrap(), 200);
/// assert!(matches!(Scope::new().call(order(4)), Err(OrderError::SoldOut)));
/// ```
pub type Fault = FlowError<Infallible>;

impl<E> FlowError<E> {
    /// The flow's own error, or what happened around it.
    ///
    /// # Errors
    /// With everything that is not the flow's own.
    pub fn split(self) -> Result<E, Fault> {
        match self {
            Self::Failed(error) => Ok(error),
            other => Err(other.map(|_| unreachable!("every other has no error of the flow's own"))),
        }
    }

    /// The same with another error of the flow's own: of a [`Fault`], to make an error of
    /// a flow that can fail, `fault.map(|never| match never {})`.
    pub fn map<F>(self, change: impl FnOnce(E) -> F) -> FlowError<F> {
        match self {
            Self::Failed(error) => FlowError::Failed(change(error)),
            Self::Resolve(error) => FlowError::Resolve(error),
            Self::Panicked(panic) => FlowError::Panicked(panic),
            Self::Cancelled => FlowError::Cancelled,
            Self::TimedOut(after) => FlowError::TimedOut(after),
            Self::Disposed => FlowError::Disposed,
            Self::TooDeep => FlowError::TooDeep,
            Self::Extension(error) => FlowError::Extension(error),
        }
    }
}

impl<E> FlowError<E> {
    /// How an execution has ended that ended with this.
    pub(crate) fn status(&self) -> Status {
        match self {
            Self::Panicked(_) => Status::Panicked,
            Self::Cancelled => Status::Cancelled,
            Self::TimedOut(_) => Status::TimedOut,
            _ => Status::Failed,
        }
    }
}

impl<E> From<ResolveError> for FlowError<E> {
    fn from(error: ResolveError) -> Self {
        match error.kind() {
            ResolveErrorKind::Disposed => Self::Disposed,
            _ => Self::Resolve(error),
        }
    }
}

impl<E> From<ScopeError> for FlowError<E> {
    fn from(error: ScopeError) -> Self {
        match error {
            ScopeError::Resolve(error) | ScopeError::Cycle(error) => Self::Resolve(error),
            ScopeError::Disposed => Self::Disposed,
            ScopeError::Vetoed(error) => Self::Extension(Box::new(error)),
        }
    }
}

/// A flow that cannot fail has no error of its own to convert.
impl From<Infallible> for Fault {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

impl<E: fmt::Display> fmt::Display for FlowError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(error) => error.fmt(f),
            Self::Resolve(error) => error.fmt(f),
            Self::Panicked(panic) => panic.fmt(f),
            Self::Cancelled => f.write_str("the execution was cancelled"),
            Self::TimedOut(after) => write!(f, "the execution timed out after {after:?}"),
            Self::Disposed => f.write_str("the scope is disposed"),
            Self::TooDeep => f.write_str(
                "flows are nested too deeply: end the recursion, or raise `Scope::builder().max_depth(..)`",
            ),
            Self::Extension(error) => error.fmt(f),
        }
    }
}

impl<E: Error + 'static> Error for FlowError<E> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Failed(error) => Some(error),
            Self::Resolve(error) => Some(error),
            Self::Panicked(panic) => Some(panic),
            Self::Extension(error) => Some(&**error),
            Self::Cancelled | Self::TimedOut(_) | Self::Disposed | Self::TooDeep => None,
        }
    }
}
