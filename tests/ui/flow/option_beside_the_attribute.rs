use pumped::prelude::*;

#[flow]
#[name = "POST /orders"]
fn order(#[input] amount: u32) -> u32 {
    amount
}

fn main() {
    let _ = Scope::new().exec(order(1));
}
