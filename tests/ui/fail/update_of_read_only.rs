use pumped::prelude::*;

#[executor]
fn config() -> u8 {
    1
}

fn main() {
    Scope::new().update::<config>(2).unwrap();
}
