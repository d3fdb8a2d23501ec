use pumped::prelude::*;

#[executor]
fn config() -> u8 {
    1
}

#[executor]
fn server(config: Controller<config>) -> u8 {
    config.update(2).unwrap();
    1
}

fn main() {}
