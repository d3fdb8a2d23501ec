use pumped::prelude::*;

#[executor]
fn catalog() -> u8 {
    1
}

#[flow]
fn price(catalog: Option<Dep<catalog>>) -> u8 {
    catalog.map_or(0, |it| *it)
}

fn main() {
    let _ = Scope::new().exec(price());
}
