use pumped::prelude::*;

struct Config(u8);

#[executor]
fn config() -> Config {
    Config(1)
}

#[executor]
fn server(config: &Config) -> u8 {
    config.0
}

fn main() {}
