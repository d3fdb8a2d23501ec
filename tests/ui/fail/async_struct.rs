// rustc stops at the syntax before any macro runs.
use pumped::prelude::*;

#[executor]
async struct Server {
    port: u16,
}

fn main() {}
