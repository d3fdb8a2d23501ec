use pumped::prelude::*;
use std::fmt;
use std::rc::Rc;

#[derive(Debug)]
struct PriceError(Rc<str>);

impl fmt::Display for PriceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[flow]
fn price(#[input] amount: u32) -> Result<u32, PriceError> {
    if amount == 0 { Err(PriceError("a".into())) } else { Ok(amount) }
}

fn main() {
    let _ = Scope::new().exec(price(1));
}
