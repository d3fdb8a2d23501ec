//! Rule 26: `call` folds what happens around a flow into the flow's own error, and
//! `split` and `map` take a `FlowError` apart.

use std::error::Error;
use std::fmt;

use pumped::error::ResolveErrorKind;
use pumped::prelude::*;

#[executor]
fn broken() -> Result<u32, std::num::ParseIntError> {
    "x".parse()
}

/// As thiserror writes one: `#[from]` and `#[error(transparent)]`.
#[derive(Debug)]
enum OrderError {
    SoldOut(u32),
    Fault(Fault),
}

impl fmt::Display for OrderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SoldOut(amount) => write!(f, "{amount} are too many"),
            Self::Fault(fault) => fault.fmt(f),
        }
    }
}

impl Error for OrderError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::SoldOut(_) => None,
            Self::Fault(fault) => fault.source(),
        }
    }
}

impl From<Fault> for OrderError {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// By hand, and without any `Error`.
#[derive(Debug, PartialEq)]
struct Text(String);

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<Fault> for Text {
    fn from(fault: Fault) -> Self {
        Self(format!("around it: {fault}"))
    }
}

impl From<OrderError> for Text {
    fn from(error: OrderError) -> Self {
        Self(format!("order: {error}"))
    }
}

#[flow]
fn reserve(#[input] amount: u32) -> Result<u32, OrderError> {
    assert!(amount != 9, "nine");
    if amount > 3 { Err(OrderError::SoldOut(amount)) } else { Ok(amount) }
}

#[flow]
fn needs_broken(broken: Ref<'_, broken>) -> u32 {
    *broken
}

#[flow]
fn never() -> u32 {
    5
}

#[flow]
fn order(cx: &ExecutionCtx<'_>, #[input] amount: u32) -> Result<u32, OrderError> {
    let reserved = cx.call(reserve(amount))?;
    let five = cx.call(never())?;
    if amount == 0 {
        cx.call(needs_broken())?;
    }
    Ok(reserved * 100 + five)
}

#[test]
fn rule_26_call_with_an_error_as_thiserror_writes_it() {
    let scope = Scope::new();
    assert_eq!(scope.call(order(2)).unwrap(), 205);
    assert!(matches!(scope.call(order(4)), Err(OrderError::SoldOut(4))));
    let Err(OrderError::Fault(FlowError::Panicked(panic))) = scope.call(order(9)) else { panic!() };
    assert_eq!(panic.message(), "nine");
    let error = scope.call(order(0)).unwrap_err();
    let OrderError::Fault(FlowError::Resolve(resolve)) = &error else { panic!("{error}") };
    assert_eq!(resolve.kind(), ResolveErrorKind::Failed);
    // The user's own error is at the end of the sources.
    let sources =
        std::iter::successors(Some(&error as &(dyn Error + 'static)), |error| (*error).source());
    assert!(sources.last().unwrap().is::<std::num::ParseIntError>());
    assert_eq!(scope.context().name("an order").call(order(1)).unwrap(), 105);
}

#[flow]
fn by_hand(cx: &ExecutionCtx<'_>, #[input] amount: u32) -> Result<u32, Text> {
    Ok(cx.call(order(amount))? + cx.call(never())?)
}

#[test]
fn rule_26_call_with_conversions_by_hand() {
    let scope = Scope::new();
    assert_eq!(scope.call(by_hand(1)).unwrap(), 110);
    assert_eq!(scope.call(by_hand(7)).unwrap_err(), Text("order: 7 are too many".into()));
    let shallow = Scope::builder().max_depth(1).build().unwrap();
    let Text(text) = shallow.call(by_hand(1)).unwrap_err();
    assert!(text.starts_with("order: flows are nested too deeply"), "{text}");
    scope.dispose().unwrap();
    assert_eq!(scope.call(by_hand(1)).unwrap_err().0, "around it: the scope is disposed");
}

#[flow]
fn with_anyhow(cx: &ExecutionCtx<'_>, #[input] amount: u32) -> anyhow::Result<u32> {
    let reserved = cx.call(reserve(amount))?;
    let parsed: u32 = "7".parse()?;
    anyhow::ensure!(amount != 2, "two is refused");
    if amount == 0 {
        cx.call(needs_broken())?;
    }
    Ok(reserved + parsed + cx.call(never())?)
}

#[flow]
fn outer_anyhow(cx: &ExecutionCtx<'_>, #[input] amount: u32) -> anyhow::Result<u32> {
    use anyhow::Context as _;
    cx.call(with_anyhow(amount)).context("outside")
}

#[test]
fn rule_26_call_with_anyhow() {
    let scope = Scope::new();
    assert_eq!(scope.call(outer_anyhow(1)).unwrap(), 13);
    let error = scope.call(outer_anyhow(4)).unwrap_err();
    assert_eq!(format!("{error:#}"), "outside: 4 are too many");
    assert!(
        error.chain().any(|cause| matches!(cause.downcast_ref(), Some(OrderError::SoldOut(4))))
    );
    assert_eq!(
        format!("{:#}", scope.call(outer_anyhow(2)).unwrap_err()),
        "outside: two is refused"
    );
    let error = scope.call(with_anyhow(0)).unwrap_err();
    assert!(matches!(error.downcast_ref(), Some(Fault::Resolve(_))), "{error:?}");
    // `exec` has it as the flow's own error.
    let Err(FlowError::Failed(error)) = scope.exec(with_anyhow(2)) else { panic!() };
    assert_eq!(error.to_string(), "two is refused");
    scope.dispose().unwrap();
    let error = scope.call(with_anyhow(1)).unwrap_err();
    assert!(matches!(error.downcast_ref(), Some(Fault::Disposed)), "{error:?}");
}

/// A flow without an error of its own fails with the fault itself.
#[test]
fn rule_26_call_of_an_infallible_flow() {
    let scope = Scope::new();
    let value: Result<u32, Fault> = scope.call(never());
    assert_eq!(value.unwrap(), 5);
    assert!(matches!(scope.call(needs_broken()), Err(Fault::Resolve(_))));
}

#[test]
fn rule_26_split_and_map() {
    let scope = Scope::new();
    let own = scope.exec(reserve(4)).unwrap_err().split();
    assert!(matches!(own, Ok(OrderError::SoldOut(4))));
    let fault = scope.exec(reserve(9)).unwrap_err().split();
    assert!(matches!(fault, Err(Fault::Panicked(_))));
    let mapped = scope.exec(reserve(4)).unwrap_err().map(|error| Text(error.to_string()));
    assert!(matches!(mapped, FlowError::Failed(Text(text)) if text == "4 are too many"));
    let mapped = scope.exec(reserve(9)).unwrap_err().map(|_| -> Text { unreachable!() });
    assert!(matches!(mapped, FlowError::Panicked(_)));
    let widened: FlowError<Text> =
        scope.call(needs_broken()).unwrap_err().map(|never| match never {});
    assert!(matches!(widened, FlowError::Resolve(_)));
}

/// Rule 26, section 3.3: `source` is the flow's own error; the text is what it says.
#[test]
fn rule_26_the_source_is_the_own_error() {
    let scope = Scope::new();
    let error = scope.exec(reserve(4)).unwrap_err();
    assert_eq!(error.to_string(), "4 are too many");
    assert!(error.source().unwrap().is::<OrderError>());
    let error = scope.exec(reserve(9)).unwrap_err();
    assert!(error.source().unwrap().is::<pumped::error::Panic>());
    assert!(error.to_string().ends_with(": nine"), "{error}");
}
