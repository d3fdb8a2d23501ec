use pumped::prelude::*;

#[flow]
fn price(#[input] sku: str) -> usize {
    sku.len()
}

fn main() {
    let _ = Scope::new().exec(price("tea"));
}
