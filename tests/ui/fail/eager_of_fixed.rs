use pumped::prelude::*;

#[executor(eager)]
fn config() -> u8 {
    1
}

fn main() {}
