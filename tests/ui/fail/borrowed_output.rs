use pumped::prelude::*;

#[executor]
fn name() -> &str {
    "a"
}

fn main() {}
