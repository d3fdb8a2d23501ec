use pumped::prelude::*;
use std::rc::Rc;

#[flow]
fn price(#[input] amount: u32) -> Rc<u32> {
    Rc::new(amount)
}

fn main() {
    let _ = Scope::new().exec(price(1));
}
