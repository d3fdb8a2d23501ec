use pumped::prelude::*;

struct Shop;

#[flow]
impl Shop {
    fn price(&self, amount: u32) -> u32 {
        amount
    }
}

fn main() {
    Shop.price(1);
}
