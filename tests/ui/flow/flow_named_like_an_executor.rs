use pumped::prelude::*;

#[executor]
fn price() -> u32 {
    1
}

#[flow]
fn price(#[input] amount: u32) -> u32 {
    amount
}

fn main() {}
