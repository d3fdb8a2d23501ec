use pumped::prelude::*;

#[flow]
fn price(#[input] amount: u32, #[input] sku: ) -> u32 {
    amount
}

fn main() {
    let _ = Scope::new().exec(price(1, "a"));
}
