use pumped::prelude::*;

#[flow]
fn price(#[input] sku: &str, #[input] amount: u32) -> u32 {
    let _ = sku;
    amount
}

fn main() {
    let _ = Scope::new().exec(price("tea"));
}
