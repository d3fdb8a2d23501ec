use pumped::prelude::*;

#[executor(mutable, eq, mutable)]
fn level() -> u8 {
    1
}

fn main() {}
