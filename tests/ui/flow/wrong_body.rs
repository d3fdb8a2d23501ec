use pumped::prelude::*;

#[flow]
fn price(#[input] amount: u32) -> u32 {
    let _ = amount;
    "a"
}

fn main() {
    let _ = Scope::new().exec(price(1));
}
