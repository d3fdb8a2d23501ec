use pumped::prelude::*;

#[flow]
const PRICE: u32 = 1;

fn main() {
    let _ = PRICE;
}
