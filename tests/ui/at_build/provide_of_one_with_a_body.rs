use pumped::prelude::*;

#[executor]
fn config() -> u8 {
    1
}

fn main() {
    let _ = Scope::builder().provide::<config>(2).build();
}
