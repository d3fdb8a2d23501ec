use pumped::prelude::*;

#[flow]
extern "C" fn price(#[input] amount: u32, _: ...) -> u32 {
    amount
}

fn main() {
    let _ = Scope::new().exec(price(1));
}
