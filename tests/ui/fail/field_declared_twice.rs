//! Two fields of one name.
use pumped::prelude::*;

#[executor]
fn config() -> u32 {
    8
}

#[executor]
struct App {
    config: Dep<config>,
    config: Dep<config>,
}

fn main() {
    let _ = Scope::new().get::<App>().unwrap().config;
}
