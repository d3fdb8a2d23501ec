use pumped::prelude::*;

struct Config(u8);

#[executor]
fn config() -> Config {
    Config(1)
}

#[executor]
fn server(config: Dep<Config>) -> u8 {
    let _ = config;
    1
}

fn main() {}
