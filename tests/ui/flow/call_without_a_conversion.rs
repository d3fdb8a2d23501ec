use pumped::prelude::*;
use std::fmt;

#[derive(Debug)]
struct PriceError;

impl fmt::Display for PriceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no price")
    }
}

#[flow]
fn price(#[input] amount: u32) -> Result<u32, PriceError> {
    if amount == 0 { Err(PriceError) } else { Ok(amount) }
}

fn main() {
    let _ = Scope::new().call(price(1));
}
