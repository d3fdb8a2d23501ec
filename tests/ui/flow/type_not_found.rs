use pumped::prelude::*;

#[flow]
fn price(#[input] amount: Amount) -> u32 {
    amount.0
}

fn main() {
    let _ = Scope::new().exec(price(1));
}
