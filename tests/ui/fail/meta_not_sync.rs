use pumped::prelude::*;

#[executor(meta(std::cell::Cell::new(1)))]
fn level() -> u8 {
    1
}

fn main() {}
