use pumped::prelude::*;

#[executor]
fn catalog() -> u8 {
    1
}

#[flow]
fn price(catalog: &Dep<catalog>) -> u8 {
    **catalog
}

fn main() {
    let _ = Scope::new().exec(price());
}
