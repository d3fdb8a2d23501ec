use pumped::prelude::*;
use std::cell::Cell;

#[executor]
fn shared() -> Result<Cell<u8>, std::fmt::Error> {
    Ok(Cell::new(1))
}

fn main() {}
