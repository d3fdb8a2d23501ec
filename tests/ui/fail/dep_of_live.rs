use pumped::prelude::*;

#[executor(mutable)]
fn level() -> u8 {
    1
}

#[executor]
fn logger(level: Dep<level>) -> u8 {
    *level
}

fn main() {}
