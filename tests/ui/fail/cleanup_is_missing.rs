use pumped::prelude::*;

#[executor(cleanup = close)]
fn level() -> u8 {
    1
}

fn main() {}
