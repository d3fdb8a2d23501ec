use pumped::prelude::*;

struct Level;

#[executor(mutable, eq)]
fn level() -> Level {
    Level
}

fn main() {}
