use pumped::prelude::*;

#[flow]
fn price(catalog: Ref<'_, >, #[input] amount: u32) -> u32 {
    amount
}

fn main() {
    let _ = Scope::new().exec(price(1));
}
