#![deny(unused_must_use)]
use pumped::prelude::*;

#[flow]
fn price(#[input] amount: u32) -> u32 {
    amount
}

fn main() {
    price(1);
}
