use pumped::prelude::*;

struct Config;

#[executor(key = Config)]
fn config() -> u8 {
    1
}

fn main() {
    let _ = Config;
}
