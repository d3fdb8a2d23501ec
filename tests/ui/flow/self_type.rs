use pumped::prelude::*;

struct Shop;

impl Shop {
    #[flow]
    fn open(#[input] amount: u32) -> Self {
        let _ = amount;
        Shop
    }
}

fn main() {}
