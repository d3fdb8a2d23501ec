#![deny(unused_lifetimes)]
use pumped::prelude::*;

#[flow]
fn price<'a>(#[input] amount: u32) -> u32 {
    amount
}

fn main() {
    let _ = Scope::new().exec(price(1));
}
