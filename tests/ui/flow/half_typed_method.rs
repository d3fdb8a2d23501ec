use pumped::prelude::*;

struct Shop;

impl Shop {
    #[flow]
    fn price(&self, #[input] amount: ) -> u32 {
        1
    }
}

fn main() {
    Shop.price(1);
}
