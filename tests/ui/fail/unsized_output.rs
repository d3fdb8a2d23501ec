use pumped::prelude::*;

pub trait Store: Send + Sync {}

#[executor]
fn store() -> dyn Store {
    todo!()
}

#[executor]
fn stock(store: Dep<store>) -> u8 {
    let _ = store;
    1
}

fn main() {
    let _ = Scope::new().get::<stock>();
}
