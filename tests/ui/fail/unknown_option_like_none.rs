use pumped::prelude::*;

#[executor(lifetime = "singleton")]
fn level() -> u8 {
    1
}

fn main() {}
