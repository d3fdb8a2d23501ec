use pumped::prelude::*;
use std::rc::Rc;

#[flow]
fn price(#[input] amount: Rc<u32>) -> u32 {
    *amount
}

fn main() {
    let _ = Scope::new().exec(price(Rc::new(1)));
}
