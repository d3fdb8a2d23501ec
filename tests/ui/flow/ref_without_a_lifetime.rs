use pumped::prelude::*;

#[executor]
fn catalog() -> u8 {
    1
}

#[flow]
fn price(catalog: Ref<catalog>) -> u8 {
    *catalog
}

fn main() {
    let _ = Scope::new().exec(price());
}
