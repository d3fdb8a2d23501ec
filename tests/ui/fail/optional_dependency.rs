use pumped::prelude::*;

#[executor]
fn config() -> u8 {
    1
}

#[executor]
fn server(config: Option<Dep<config>>) -> u8 {
    config.map_or(1, |config| *config)
}

fn main() {}
