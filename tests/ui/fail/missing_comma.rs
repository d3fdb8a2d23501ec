use pumped::prelude::*;

#[executor(mutable eq)]
fn level() -> u8 {
    1
}

fn main() {}
