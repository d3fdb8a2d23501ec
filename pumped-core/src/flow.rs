//! What a flow is to the compiler: one trait, which `#[flow]` implements for the
//! type that the flow's constructor returns.

use std::any::Any;
use std::fmt::Display;

use crate::error::{Fault, FlowError};
use crate::execution::ExecutionCtx;
use crate::executor::{Blocking, Broken, Mode};
use crate::flow_param::Taking;
use crate::node::NodeRef;
use crate::threads::{CanBeShown, ForOtherThreads};

/// A declared operation together with its inputs, ready to be run.
///
/// Implemented by `#[flow]`, never by hand. `R` says what the flow
/// yields and whether it can fail; the compiler finds it. Code that is generic over
/// flows names both:
///
/// ```
/// use pumped::prelude::*;
/// use pumped::{Blocking, Flow, Returns};
///
/// #[flow]
/// fn double(#[input] number: u32) -> u32 { number * 2 }
///
/// fn run<F: Flow<R, Mode = Blocking>, R: Returns>(scope: &Scope, flow: F) -> Option<R::Output> {
///     scope.exec(flow).ok()
/// }
///
/// assert_eq!(run(&Scope::new(), double(4)), Some(8));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a flow: annotate a function with `#[flow]`, and call it with its inputs",
    label = "not a flow",
    note = "a call makes the flow, as in `exec(price(sku, amount))`, and not `exec(price)`; a function without `#[flow]` is called as it is"
)]
pub trait Flow<R: Returns>: Sized + Send {
    /// [`Blocking`](crate::Blocking) or [`Async`](crate::Async).
    type Mode: Mode;
    #[doc(hidden)]
    const NODE: NodeRef;

    /// Takes the dependencies and calls the user's function.
    #[doc(hidden)]
    fn run(self, from: Taking<'_>) -> Ran<R>;

    /// As [`run`](Self::run), of a flow that is async, or takes what is.
    #[doc(hidden)]
    fn run_async<'x>(self, cx: &'x ExecutionCtx<'x>) -> impl Future<Output = Ran<R>> + Send + 'x
    where
        Self: 'x,
        R: 'x,
    {
        async move {
            let mut from = Taking::of(cx, Self::NODE);
            from.fill().await?;
            self.run(from)
        }
    }

    /// Calls what a preset has put in the place of the user's function.
    #[doc(hidden)]
    fn replaced(self, by: &(dyn Any + Send + Sync), cx: &ExecutionCtx<'_>) -> Ran<R>;

    /// The place for an answer that is given instead of running the flow, if its output
    /// borrows nothing.
    #[doc(hidden)]
    fn answer(_place: Place<'_, R>) -> AnyPlace<'_> {
        None
    }
}

/// How a flow ended.
#[doc(hidden)]
pub type Ran<R> = Result<<R as Returns>::Output, FlowError<<R as Returns>::Error>>;

/// A place for what running a flow brings, if all goes well.
#[doc(hidden)]
pub type Place<'p, R> = &'p mut Option<<R as Returns>::Output>;

/// The same for whoever does not know the type.
#[doc(hidden)]
pub type AnyPlace<'p> = Option<&'p mut dyn Any>;

/// The place of an output that borrows nothing.
#[doc(hidden)]
pub fn any_place<T: Any>(place: &mut Option<T>) -> AnyPlace<'_> {
    Some(place)
}

/// What stands in for all that is never called: of a broken declaration, which does not
/// compile, or of a preset that cannot be made.
///
/// # Panics
/// Always.
#[doc(hidden)]
#[must_use]
pub fn not_run<T>() -> T {
    unreachable!("nothing calls it")
}

/// The name of what a flow yields.
#[doc(hidden)]
#[must_use]
pub fn output_name<R: Returns>() -> &'static str {
    std::any::type_name::<R::Output>()
}

/// What a flow returns, as a type.
///
/// Implemented by `#[flow]`, for a type of its own in each flow. So
/// what a flow returns is checked once, where it is declared; and a private output or
/// error may stand behind a public flow, because no impl for a public type names it.
pub trait Returns {
    /// The value of a success.
    // rustc shows the line of a bound that is broken, with what stands behind it.
    type Output: Send + ForOtherThreads; // for another thread: `dyn Trait + Send`
    /// The flow's own error.
    type Error: Display + Send + CanBeShown; // for another thread: `dyn Error + Send`
    /// The error of `call`: the flow's own, or a [`Fault`] if it has none.
    type Called: From<Self::Error>;
}

/// The mode of a flow that `exec` can run.
#[diagnostic::on_unimplemented(
    message = "`{F}` is async: call `exec_async(..).await`, or `call_async(..).await`",
    label = "an async flow"
)]
pub trait RunsNow<F>: sealed::RunsNow {}
impl<F> RunsNow<F> for Blocking {}
impl<F> RunsNow<F> for Broken {}

mod sealed {
    use crate::executor::{Blocking, Broken};

    pub trait RunsNow {}
    impl RunsNow for Blocking {}
    impl RunsNow for Broken {}
}

/// The error types that `call` can return: whatever converts from a [`Fault`].
#[diagnostic::on_unimplemented(
    message = "`call` folds what can happen around a flow into its error: write `impl From<pumped::Fault> for {Self}`, or use `exec`, which returns a `FlowError<{Self}>`",
    label = "no conversion from a `Fault`",
    note = "an error type of your own can have such an `impl`, and one like `String` cannot: wrap it"
)]
pub trait CarriesFault {
    #[doc(hidden)]
    fn from_fault(fault: Fault) -> Self;
}

#[diagnostic::do_not_recommend]
impl<E: From<Fault>> CarriesFault for E {
    fn from_fault(fault: Fault) -> Self {
        fault.into()
    }
}

/// What stands in for a flow: see
/// [`ScopeBuilder::preset_flow`](crate::ScopeBuilder::preset_flow).
///
/// The type of a flow makes one: `price::preset(|sku, amount| Ok(..))` from a closure
/// over the inputs, `price::preset_with(|cx, sku, amount| ..)` from one that also gets
/// the context, so that it can run another flow.
#[must_use = "a preset does nothing until a scope is built with it"]
pub struct FlowPreset {
    pub(crate) of: NodeRef,
    pub(crate) by: Box<dyn Any + Send + Sync>,
}

impl FlowPreset {
    /// `by` is what the flow's `replaced` expects.
    #[doc(hidden)]
    pub fn new<T: Any + Send + Sync>(of: NodeRef, by: T) -> Self {
        Self { of, by: Box::new(by) }
    }
}

/// What of a preset the flow itself calls.
///
/// # Panics
/// If the preset is for another flow.
#[doc(hidden)]
pub fn preset_of<T: Any>(by: &(dyn Any + Send + Sync)) -> &T {
    by.downcast_ref().expect("a preset is found by its flow's node")
}
