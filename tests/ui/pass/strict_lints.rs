//! The expansion trips no lint, not even where none may be allowed.
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

use ::pumped::{Controller, Dep, Lazy, Reactive, ResolveCtx, Scope, Snapshot, Tag, executor};
use ::std::option::Option;
use ::std::result::Result;
use ::std::string::String;

/// A configuration.
#[derive(Debug)]
pub struct Config {
    /// Where.
    pub url: String,
}

/// The configuration.
#[executor(cleanup = closing)]
pub fn config() -> Config {
    Config { url: String::new() }
}

/// A level.
#[executor(mutable, eq, meta(1_u8, "text"), name = "the level")]
pub fn level() -> u8 {
    1
}

/// Everything that can be taken.
///
/// # Errors
/// Never.
#[executor(eq, eager)]
pub fn logger(
    level: Reactive<level>,
    seen: Snapshot<level>,
    config: Dep<config>,
    later: Lazy<config>,
    control: Controller<level>,
    tenant: Option<Tag<String>>,
    cx: &ResolveCtx<'_>,
) -> Result<u8, ::std::fmt::Error> {
    ::std::mem::drop((seen, config, later, control, tenant));
    cx.on_cleanup(|| ());
    ::std::result::Result::Ok(*level)
}

const fn closing(_: &Config) {}

/// A value that is given.
#[executor]
pub fn settings() -> Config;

/// A service.
#[executor]
#[derive(Debug)]
pub struct Service {
    /// Its logger.
    pub logger: Reactive<logger>,
    #[default]
    cache: ::std::vec::Vec<u8>,
    #[default(1 + 1)]
    count: u8,
}

impl Service {
    /// A sum.
    #[must_use]
    pub fn sum(&self) -> usize {
        self.cache.len() + ::std::convert::Into::<usize>::into(self.count)
    }
}

mod private {
    use ::pumped::{Dep, executor};

    #[executor]
    fn unused() -> u8 {
        1
    }

    #[executor]
    #[deprecated]
    pub(super) fn old(unused: Dep<unused>) -> u8 {
        *unused
    }
}

/// Depends on what nobody else sees.
#[executor]
pub fn public(old: Dep<private::old>) -> u8 {
    *old
}

fn main() {
    let scope = Scope::new();
    ::std::assert_eq!(*scope.get::<public>().unwrap(), 1);
    ::std::assert_eq!(*scope.get::<logger>().unwrap(), 1);
    ::std::assert_eq!(scope.get::<Service>().unwrap().sum(), 2);
}
