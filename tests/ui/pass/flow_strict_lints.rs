//! The expansion of a flow trips no lint, not even where none may be allowed.
#![no_implicit_prelude]
#![forbid(
    unsafe_code,
    missing_docs,
    unreachable_pub,
    unused,
    nonstandard_style,
    future_incompatible
)]
#![deny(warnings, missing_debug_implementations, unused_qualifications, single_use_lifetimes)]
#![deny(
    elided_lifetimes_in_paths,
    explicit_outlives_requirements,
    unit_bindings,
    let_underscore_drop
)]
#![deny(
    trivial_casts,
    trivial_numeric_casts,
    unused_lifetimes,
    redundant_lifetimes,
    unused_results
)]
#![deny(clippy::all, clippy::pedantic, clippy::nursery)]

use ::pumped::{Controller, Dep, ExecutionCtx, Fault, Lazy, Ref, Scope, Tag, executor, flow};
use ::std::option::Option;
use ::std::result::Result;
use ::std::string::String;
use ::std::vec::Vec;

/// A configuration.
#[executor]
pub fn config() -> String {
    String::new()
}

/// A level.
#[executor(mutable)]
pub fn level() -> u8 {
    1
}

/// What nobody uses.
#[flow]
pub fn unused(_config: Ref<'_, config>, #[input] _number: u8) -> u8 {
    1
}

/// Everything that can be taken.
///
/// # Errors
/// Never.
#[flow(name = "all of it", meta(1_u8, "text"))]
pub fn everything(
    cx: &ExecutionCtx<'_>,
    config: Ref<'_, config>,
    level: Ref<'_, level>,
    #[input] number: u8,
    #[input] text: &str,
    #[input] list: &mut Vec<u8>,
    #[input] owned: String,
) -> Result<usize, Fault> {
    ::std::mem::drop(owned);
    list.push(*level + number);
    cx.call(longer(text, &config)).map(str::len)
}

/// Every handle.
#[flow]
pub fn handles(
    kept: Dep<config>,
    later: Lazy<config>,
    control: Controller<level>,
    tenant: Option<Tag<String>>,
) {
    ::std::mem::drop((kept, later, control, tenant));
}

/// The longer one.
#[flow]
pub fn longer<'a>(#[input] a: &'a str, #[input] b: &'a str) -> &'a str {
    if a.len() < b.len() { b } else { a }
}

/// Nothing.
#[flow]
pub fn nothing() {}

/// A part.
#[flow]
pub fn trimmed(#[input] text: &str) -> &str {
    text.trim()
}

mod private {
    use ::pumped::{Ref, executor, flow};

    #[executor]
    fn unused() -> u8 {
        1
    }

    #[flow]
    #[deprecated]
    pub(super) fn old(unused: Ref<'_, unused>, #[input] number: u8) -> u8 {
        *unused + number
    }

    #[flow]
    pub(crate) fn used(#[input] number: u8) -> u8 {
        number
    }
}

fn main() {
    let scope = Scope::new();
    let mut list = Vec::new();
    let flow = everything(1, "text", &mut list, String::new());
    ::std::assert_eq!(scope.exec(flow).unwrap(), 4);
    ::std::assert_eq!(list, [2]);
    ::std::assert_eq!(scope.exec(private::used(1)).unwrap(), 1);
    ::std::assert_eq!(scope.exec(trimmed(" a ")).unwrap(), "a");
    scope.exec(handles()).unwrap();
    scope.exec(nothing()).unwrap();
    ::std::assert_eq!(scope.exec(unused(2)).unwrap(), 1);
}
