use pumped::prelude::*;

#[executor]
fn config() -> u8 {
    1
}

#[executor]
fn server(config: &Dep<config>) -> u8 {
    **config
}

fn main() {}
