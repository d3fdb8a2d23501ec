use pumped::prelude::*;

struct Config;

#[executor]
pub fn config() -> Config {
    Config
}

fn main() {}
