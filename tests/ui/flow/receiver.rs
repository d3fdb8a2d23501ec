use pumped::prelude::*;

struct Shop;

impl Shop {
    #[flow]
    fn price(&self, #[input] amount: u32) -> u32 {
        amount
    }
}

fn main() {}
