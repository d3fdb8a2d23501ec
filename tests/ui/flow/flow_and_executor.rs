use pumped::prelude::*;

#[flow]
#[executor]
fn price(#[input] amount: u32) -> u32 {
    amount
}

fn main() {
    let _ = Scope::new().exec(price(1));
}
