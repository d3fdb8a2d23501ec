use pumped::prelude::*;

#[executor]
fn catalog() -> u8 {
    1
}

#[flow]
fn price(catalog: catalog) -> u8 {
    let _ = catalog;
    1
}

fn main() {
    let _ = Scope::new().exec(price());
}
