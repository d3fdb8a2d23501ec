use pumped::prelude::*;
use std::cell::Cell;

#[flow]
fn price(#[input] amount: &Cell<u32>) -> u32 {
    amount.get()
}

fn main() {
    let _ = Scope::new().exec(price(&Cell::new(1)));
}
