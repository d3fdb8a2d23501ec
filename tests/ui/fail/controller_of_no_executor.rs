use pumped::prelude::*;

struct Config;

#[executor]
fn server(config: Controller<Config>) -> u8 {
    let _ = config;
    1
}

fn main() {
    let _ = Config;
}
