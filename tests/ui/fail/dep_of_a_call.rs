//! A dependency that is called: the function is named, and the scope calls it.
use pumped::prelude::*;

#[executor]
fn config() -> u32 {
    8
}

#[executor]
fn limit(config: Dep<config()>) -> u32 {
    // This is a call.
    let least = u32::default();
    least.max(*config)
}

#[executor]
struct App {
    config: Dep<config()>,
    limit: Dep<limit>,
}

fn main() {
    let scope = Scope::new();
    let app = scope.get::<App>().unwrap();
    let _ = *app.config + *app.limit + *scope.get::<limit>().unwrap();
}
