use pumped::prelude::*;

#[flow]
fn price(catalog: Dep<String>) -> u8 {
    let _ = catalog;
    1
}

fn main() {
    let _ = Scope::new().exec(price());
}
