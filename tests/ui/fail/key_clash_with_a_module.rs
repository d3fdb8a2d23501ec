// rustc reports the clash, and then that the module is no type; `key = ..` is the way out.
use pumped::prelude::*;

mod config {}

#[executor]
fn config() -> u8 {
    1
}

fn main() {}
