use pumped::prelude::*;

#[executor]
async fn pool() -> u8 {
    1
}

fn main() {
    let _ = Scope::new().get::<pool>();
}
