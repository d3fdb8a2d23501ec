use pumped::prelude::*;

#[executor]
fn catalog() -> Vec<u32> {
    vec![1]
}

#[flow]
fn price(catalog: Ref<'_, catalog>) -> u32 {
    catalog.push(2);
    catalog[0]
}

fn main() {
    let _ = Scope::new().exec(price());
}
