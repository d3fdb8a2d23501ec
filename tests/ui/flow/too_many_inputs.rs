use pumped::prelude::*;

#[executor]
fn catalog() -> Vec<u32> {
    vec![1]
}

#[flow]
fn price(catalog: Ref<'_, catalog>, #[input] at: usize) -> u32 {
    catalog[at]
}

fn main() {
    let scope = Scope::new();
    let catalog = scope.get::<catalog>().unwrap();
    let _ = scope.exec(price(catalog, 0));
}
