use pumped::prelude::*;

#[executor]
fn level() -> u8 {
    let a = ;
    1
}

#[executor]
fn user(level: Dep<level>) -> u8 {
    *level
}

fn main() {}
