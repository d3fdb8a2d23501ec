use pumped::prelude::*;

#[flow]
fn price(#[input] amount: u32) -> u32 {
    amount
}

fn main() {
    let _ = Scope::builder().preset::<price>(1);
}
