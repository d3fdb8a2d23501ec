use pumped::prelude::*;

#[executor(name)]
fn level() -> u8 {
    1
}

fn main() {}
