use pumped::prelude::*;

struct Config;

#[executor]
fn config() -> Config {
    Config
}

fn main() {
    let _ = Scope::new().get::<Config>();
}
