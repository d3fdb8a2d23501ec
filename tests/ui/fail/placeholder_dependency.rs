//! `_` in a declaration: a dependency is an edge of the graph, and named.
use pumped::prelude::*;

#[executor]
fn config() -> u32 {
    8
}

#[executor]
fn limit(config: Dep<_>) -> u32 {
    *config
}

#[executor]
struct App {
    limit: Dep<limit>,
    config: Dep<_>,
    #[default]
    names: Vec<_>,
}

fn main() {
    let scope = Scope::new();
    let _ = *scope.get::<App>().unwrap().limit + *scope.get::<limit>().unwrap();
}
