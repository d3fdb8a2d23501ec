use pumped::prelude::*;

pub mod shop {
    use pumped::prelude::*;

    struct Money(u32);

    #[flow]
    pub fn price(#[input] amount: u32) -> Money {
        Money(amount)
    }
}

fn main() {
    let _ = Scope::new().exec(shop::price(1));
}
