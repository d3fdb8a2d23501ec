use pumped::prelude::*;
use std::cell::Cell;

#[flow]
fn price(#[input] amount: u32) -> u32 {
    amount
}

fn main() {
    let calls = Cell::new(0);
    let _ = Scope::builder().preset_flow(price::preset(move |amount| {
        calls.set(calls.get() + 1);
        amount
    }));
}
