use pumped::prelude::*;

#[executor]
fn config() -> u8 {
    1
}

#[executor]
fn settings(config: Dep<config>) -> u8;

fn main() {}
