//! Names that the expansion could stumble over.
#![allow(non_camel_case_types, non_snake_case, dead_code, non_upper_case_globals)]

use pumped::executor;

struct Result;
struct Option;
struct Box;
struct Vec;
struct String;
struct Executor;
struct Dependency;
struct Default;
struct BoxError;
mod std {}
mod core {}
mod alloc {}

fn Ok() {}
fn Err() {}
fn Some() {}
const cx: u8 = 0;
static at: u8 = 0;
struct build;
struct same;

#[executor]
fn config() -> u8 {
    1
}

#[executor(mutable, eq)]
fn level(config: pumped::Dep<config>) -> ::std::io::Result<u8> {
    ::std::result::Result::Ok(*config)
}

#[executor]
struct Service {
    level: pumped::Reactive<level>,
    #[default]
    cache: ::std::vec::Vec<u8>,
}

#[executor]
fn take(config: pumped::Dep<config>) -> u8 {
    *config
}

fn main() {
    let scope = pumped::Scope::new();
    assert_eq!(*scope.get::<Service>().unwrap().level, 1);
    assert_eq!(*scope.get::<take>().unwrap(), 1);
}
