use pumped::prelude::*;

#[flow]
struct Price {
    #[input]
    amount: u32,
}

fn main() {
    let _ = Price { amount: 1 };
}
