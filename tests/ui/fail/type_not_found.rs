use pumped::prelude::*;

#[executor]
fn level() -> Levle {
    1
}

#[executor]
fn user(level: Dep<level>) -> u8 {
    let _ = level;
    1
}

fn main() {}
