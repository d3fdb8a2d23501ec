use pumped::prelude::*;
use std::cell::Cell;

#[executor]
fn server(count: Tag<Cell<u8>>) -> u8 {
    count.get()
}

fn main() {}
