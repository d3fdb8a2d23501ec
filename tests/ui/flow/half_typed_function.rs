use pumped::prelude::*;

#[flow]
fn price(#[input] sku: &str, #[input] amount: u32)

#[flow]
fn other(#[input] number: u32) -> u32 {
    number
}

fn main() {
    let _ = Scope::new().exec(price("tea", 1));
    let _ = Scope::new().exec(other(1));
}
