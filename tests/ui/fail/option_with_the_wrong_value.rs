use pumped::prelude::*;

#[executor(name = level)]
fn level() -> u8 {
    1
}

fn main() {}
