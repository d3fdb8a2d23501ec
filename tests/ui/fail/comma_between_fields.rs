//! Two fields without a comma between them: rustc has said so, and the struct is an executor
//! for whoever takes it.
use pumped::prelude::*;

#[executor]
fn config() -> u32 {
    8
}

#[executor]
struct App {
    config: Dep<config>
    other: Dep<config>,
}

#[executor]
fn limit(app: Dep<App>) -> u32 {
    *app.config
}

fn main() {
    let _ = *Scope::new().get::<limit>().unwrap();
}
