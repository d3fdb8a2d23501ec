use pumped::prelude::*;

#[flow]
fn price(#[input] amount: u32) -> Money {
    amount.into()
}

fn main() {
    let _ = Scope::new().exec(price(1));
}
