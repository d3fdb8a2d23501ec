use pumped::prelude::*;

#[executor]
const LEVEL: u8 = 1;

fn main() {
    let _ = LEVEL;
}
