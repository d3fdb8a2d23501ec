use pumped::prelude::*;

#[flow]
fn price(#[input] amount: u32) -> u32 {
    amount
}

#[flow]
fn price(#[input] amount: u32) -> u32 {
    amount * 2
}

fn main() {}
