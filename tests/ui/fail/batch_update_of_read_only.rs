use pumped::prelude::*;

#[executor]
fn port() -> u16 {
    1
}

fn main() {
    let _ = Scope::new().batch(|batch| batch.update::<port>(2));
}
