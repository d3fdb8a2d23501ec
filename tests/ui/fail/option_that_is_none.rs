use pumped::prelude::*;

#[executor("level")]
fn level() -> u8 {
    1
}

#[executor(, eager)]
fn port() -> u16 {
    8080
}

#[executor(async)]
fn pool() -> u8 {
    1
}

#[flow(async)]
fn ping() -> u8 {
    1
}

fn main() {}
