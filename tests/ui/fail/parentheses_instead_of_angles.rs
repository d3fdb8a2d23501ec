//! `Dep(config)`: rustc says what to write.
use pumped::prelude::*;

#[executor]
fn config() -> u32 {
    8
}

#[executor]
fn limit(config: Dep(config)) -> u32 {
    *config
}

fn main() {
    let _ = *Scope::new().get::<limit>().unwrap();
}
