use pumped::prelude::*;

#[executor]
#[executor(mutable)]
fn level() -> u8 {
    1
}

fn main() {}
