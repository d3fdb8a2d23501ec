use pumped::prelude::*;
use std::rc::Rc;

#[flow]
fn price(#[input] amount: u32) -> Result<Rc<u32>, String> {
    Ok(Rc::new(amount))
}

fn main() {
    let _ = Scope::new().exec(price(1));
}
