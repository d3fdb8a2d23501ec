use pumped::prelude::*;

#[flow]
fn price(#[input] amount: u32) -> u32 {
    amount
}

#[flow]
fn total(price: Ref<'_, price>) -> u32 {
    let _ = price;
    1
}

fn main() {
    let _ = Scope::new().exec(total());
}
