use pumped::prelude::*;

#[executor(eq)]
fn config() -> u8 {
    1
}

fn main() {}
