use pumped::prelude::*;

mod config {}

#[executor]
fn config() -> u8 {
    1
}

fn main() {}
