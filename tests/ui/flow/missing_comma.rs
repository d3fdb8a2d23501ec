use pumped::prelude::*;

#[executor]
fn catalog() -> u8 {
    1
}

#[flow]
fn price(catalog: Ref<'_, catalog> #[input] amount: u32) -> u32 {
    amount
}

fn main() {
    let _ = Scope::new().exec(price(1));
}
