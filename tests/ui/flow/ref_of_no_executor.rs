use pumped::prelude::*;

#[flow]
fn price(catalog: Ref<'_, u32>) -> u8 {
    let _ = catalog;
    1
}

fn main() {
    let _ = Scope::new().exec(price());
}
