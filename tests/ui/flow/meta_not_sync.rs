use pumped::prelude::*;
use std::cell::Cell;

#[flow(meta(Cell::new(1)))]
fn price(#[input] amount: u32) -> u32 {
    amount
}

fn main() {
    let _ = Scope::new().exec(price(1));
}
