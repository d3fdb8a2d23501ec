use pumped::prelude::*;

#[executor]
fn catalog() -> u32 {
    1
}

#[flow]
fn price(catalog: Ref<'_, catalog>, #[input] amount: u32) -> u32 {
    *catalog * amount
}

fn main() {
    let scope = Scope::new();
    let _ = scope.exec(price(scope.get::<catalog>().unwrap(), 1));
}
