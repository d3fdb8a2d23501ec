use pumped::prelude::*;

#[executor]
fn level() {
    1
}

fn main() {}
