use pumped::prelude::*;

struct Shop;

impl Shop {
    const RATE: u32 = 2;

    #[flow]
    fn price(#[input] amount: u32) -> u32 {
        amount * Self::RATE
    }
}

fn main() {}
