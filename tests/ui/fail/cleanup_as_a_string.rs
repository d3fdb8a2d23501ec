use pumped::prelude::*;

#[executor(cleanup = "close")]
fn level() -> u8 {
    1
}

fn close(_: &u8) {}

fn main() {
    close(&1);
}
