use pumped::prelude::*;

struct Catalog;

#[executor]
fn catalog() -> Catalog {
    Catalog
}

#[flow]
fn price(catalog: Ref<'_, Catalog>, #[input] amount: u32) -> u32 {
    let _ = catalog;
    amount
}

fn main() {
    let _ = Scope::new().exec(price(1));
}
