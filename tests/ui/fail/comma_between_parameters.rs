//! Two parameters without a comma between them.
use pumped::prelude::*;

#[executor]
fn config() -> u32 {
    8
}

#[executor]
fn limit(config: Dep<config> other: Dep<config>) -> u32 {
    *config + *other
}

fn main() {
    let _ = *Scope::new().get::<limit>().unwrap();
}
