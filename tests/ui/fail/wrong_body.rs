use pumped::prelude::*;

#[executor]
fn level() -> u8 {
    "a"
}

fn main() {}
