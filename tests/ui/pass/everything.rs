//! One of each, resolved.
use pumped::prelude::*;
use std::io;

pub struct Config { url: String }
#[executor]
pub fn config() -> Config { Config { url: "x".into() } }
#[derive(Debug, PartialEq, Clone, Copy)]
pub enum Level { Info, Debug }
#[executor(mutable, eq)]
pub fn level() -> Level { Level::Info }
#[executor(eq, eager, meta("a", 3_u8, Vec::<u8>::new()), cleanup = closing)]
pub fn logger(level: Reactive<level>, config: Dep<config>, cx: &ResolveCtx<'_>) -> io::Result<String> {
    cx.on_cleanup(|| ());
    Ok(format!("{:?}{}", *level, config.url))
}
fn closing(_: &str) -> io::Result<()> { Ok(()) }
pub type AppResult = Result<u8, std::fmt::Error>;
#[executor]
fn app(logger: Snapshot<logger>, l: Lazy<level>) -> AppResult { Ok(*l.get().unwrap() as u8 + logger.len() as u8) }
#[executor]
fn settings() -> Config;
#[executor]
pub struct Service {
    app: Reactive<logger>,
    config: Dep<config>,
    #[default] cache: Vec<u8>,
    #[default(7 + 1)] n: u8,
}
fn main() {
    let scope = Scope::builder().provide::<settings>(Config { url: "y".into() }).build().unwrap();
    assert_eq!(scope.get::<settings>().unwrap().url, "y");
    assert_eq!(*scope.get::<app>().unwrap(), 5);
    let service = scope.get::<Service>().unwrap();
    assert_eq!((&**service.app, &*service.config.url), ("Infox", "x"));
    assert_eq!((service.cache.len(), service.n), (0, 8));
    scope.update::<level>(Level::Debug).unwrap();
    assert_eq!(level(), Level::Info);
}
