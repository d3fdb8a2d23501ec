use pumped::prelude::*;

#[executor]
fn config() -> u8 {
    1
}

#[executor]
fn server(config: config) -> u8 {
    let _ = config;
    1
}

fn main() {}
