use pumped::prelude::*;

#[flow(fallible)]
fn price(#[input] amount: u32) {
    let _ = amount;
}

fn main() {
    let _ = Scope::new().exec(price(1));
}
