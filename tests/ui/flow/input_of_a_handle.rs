use pumped::prelude::*;

#[executor]
fn catalog() -> u8 {
    1
}

#[flow]
fn price(#[input] catalog: Ref<catalog>) -> u8 {
    *catalog
}

fn main() {
    let scope = Scope::new();
    let _ = scope.exec(price(scope.get::<catalog>().unwrap()));
}
