use pumped::prelude::*;

#[derive(Debug)]
struct PriceError;

#[flow]
fn price(#[input] amount: u32) -> Result<u32, PriceError> {
    if amount == 0 { Err(PriceError) } else { Ok(amount) }
}

fn main() {
    let _ = Scope::new().exec(price(1));
}
