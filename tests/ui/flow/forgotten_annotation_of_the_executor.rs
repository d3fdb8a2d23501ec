use pumped::prelude::*;

fn catalog() -> u8 {
    1
}

#[flow]
fn price(catalog: Ref<'_, catalog>) -> u8 {
    *catalog
}

fn main() {
    catalog();
    let _ = Scope::new().exec(price());
}
