use pumped::prelude::*;

#[executor]
fn port() -> u16 {
    1
}

#[executor]
fn port() -> u16 {
    2
}

fn main() {}
