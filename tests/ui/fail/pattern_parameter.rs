use pumped::prelude::*;

#[executor]
fn config() -> (u8, u8) {
    (1, 2)
}

#[executor]
fn server(ref config: Dep<config>) -> u8 {
    config.0
}

fn main() {}
