use pumped::prelude::*;

#[executor]
fn config() -> u8 {
    1
}

#[executor]
fn logger(config: Snapshot<config>) -> u8 {
    *config
}

fn main() {}
