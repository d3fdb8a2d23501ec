use pumped::prelude::*;

#[executor(mutable: true)]
fn level() -> u8 {
    1
}

fn main() {}
