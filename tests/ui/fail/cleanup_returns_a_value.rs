use pumped::prelude::*;

#[executor(cleanup = close)]
fn level() -> u8 {
    1
}

fn close(level: &u8) -> u8 {
    *level
}

fn main() {}
