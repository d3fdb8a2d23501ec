use pumped::prelude::*;

#[flow]
fn price(#[input] amount: u32) -> Result<u32, String> {
    amount
}

fn main() {
    let _ = Scope::new().exec(price(1));
}
