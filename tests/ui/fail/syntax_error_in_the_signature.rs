// rustc and our parser both stop here; which of them would be alone cannot be known.
use pumped::prelude::*;

#[executor]
fn level(a: Dep<) -> u8 {
    1
}

#[executor]
fn user(level: Dep<level>) -> u8 {
    let _ = level;
    1
}

fn main() {}
