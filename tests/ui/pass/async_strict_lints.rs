//! The expansion of what is async trips no lint, not even where none may be allowed.
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

use ::pumped::{
    Controller, Dep, ExecutionCtx, Fault, Lazy, Reactive, Ref, ResolveCtx, Scope, Snapshot, Tag,
    executor, flow,
};
use ::std::convert::From as _;
use ::std::future::ready;
use ::std::option::Option;
use ::std::result::Result;
use ::std::string::String;
use ::std::vec::Vec;

/// A level.
#[executor(mutable)]
pub fn level() -> u8 {
    1
}

/// A pool.
#[executor(cleanup = closing, meta(1_u8, "text"), name = "the pool")]
pub async fn pool() -> String {
    ready(String::new()).await
}

const fn closing(_: &String) {}

/// Everything that can be taken.
///
/// # Errors
/// Never.
#[executor]
pub async fn service(
    pool: Dep<pool>,
    seen: Snapshot<level>,
    later: Lazy<pool>,
    control: Controller<level>,
    tenant: Option<Tag<String>>,
    cx: &ResolveCtx<'_>,
) -> Result<usize, ::std::fmt::Error> {
    cx.on_cleanup(|| ());
    let pool_again = later.get_async().await;
    ::std::mem::drop((pool_again, seen, control, tenant));
    ::std::result::Result::Ok(pool.len())
}

/// A live one.
///
/// # Errors
/// Never.
#[executor(eq, eager, meta("live"))]
pub async fn doubled(level: Reactive<level>) -> Result<u8, ::std::fmt::Error> {
    ::std::result::Result::Ok(ready(*level).await * 2)
}

/// One that can be updated.
#[executor(mutable, cleanup = closing)]
pub async fn token() -> String {
    ready(String::new()).await
}

/// A sync one above.
#[executor]
pub fn above(service: Dep<service>) -> usize {
    *service
}

/// And a struct.
#[executor]
#[derive(Debug)]
pub struct Service {
    /// The pool.
    pub pool: Dep<pool>,
}

/// All kinds of inputs.
///
/// # Errors
/// If something around it fails.
#[flow(name = "all of it", meta(1_u8, "text"))]
pub async fn everything(
    cx: &ExecutionCtx<'_>,
    pool: Ref<'_, pool>,
    level: Ref<'_, level>,
    #[input] number: u8,
    #[input] text: &str,
    #[input] list: &mut Vec<u8>,
    #[input] owned: String,
) -> Result<usize, Fault> {
    ::std::mem::drop(owned);
    ready(()).await;
    list.push(*level + number);
    cx.call_async(trimmed(text)).await.map(|text| text.len() + pool.len())
}

/// A part.
#[flow]
pub async fn trimmed(#[input] text: &str) -> &str {
    ready(text).await.trim()
}

/// Every handle.
#[flow]
pub async fn handles(kept: Dep<pool>, later: Lazy<pool>, control: Controller<level>) {
    ready(()).await;
    ::std::mem::drop((kept, later, control));
}

mod private {
    use ::pumped::{Dep, executor, flow};
    use ::std::future::ready;

    #[executor]
    async fn unused() -> u8 {
        ready(1).await
    }

    #[executor]
    #[deprecated]
    pub(super) async fn old(unused: Dep<unused>) -> u8 {
        ready(*unused).await
    }

    #[flow]
    pub(crate) async fn used(#[input] number: u8) -> u8 {
        ready(number).await
    }
}

/// Depends on what nobody else sees.
#[executor]
pub async fn public(old: Dep<private::old>) -> u8 {
    ready(*old).await
}

fn main() {
    let scope = Scope::new();
    ::pollster::block_on(async {
        ::std::assert_eq!(*scope.get_async::<public>().await.unwrap(), 1);
        ::std::assert_eq!(*scope.get_async::<above>().await.unwrap(), 0);
        scope.update::<level>(2).unwrap();
        ::std::assert_eq!(*scope.get_async::<doubled>().await.unwrap(), 4);
        scope.update::<token>(String::from("new")).unwrap();
        ::std::assert_eq!(*scope.get_async::<token>().await.unwrap(), "new");
        scope.update::<level>(1).unwrap();
        ::std::assert_eq!(scope.get_async::<Service>().await.unwrap().pool.len(), 0);
        let mut list = Vec::new();
        let flow = everything(1, " text ", &mut list, String::new());
        ::std::assert_eq!(scope.exec_async(flow).await.unwrap(), 4);
        ::std::assert_eq!(list, [2]);
        ::std::assert_eq!(scope.exec_async(private::used(1)).await.unwrap(), 1);
        scope.exec_async(handles()).await.unwrap();
    });
}
