use pumped::prelude::*;

mod shop {
    use pumped::prelude::*;

    #[executor]
    pub(super) fn catalog() -> u8 {
        1
    }
}

#[flow]
fn price(catalog: Ref<'_, catalog>) -> u8 {
    *catalog
}

fn main() {
    let _ = Scope::new().get::<shop::catalog>();
    let _ = Scope::new().exec(price());
}
