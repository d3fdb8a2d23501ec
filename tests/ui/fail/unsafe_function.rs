use pumped::prelude::*;

#[executor]
unsafe fn pool() -> u8 {
    1
}

fn main() {}
