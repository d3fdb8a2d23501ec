use pumped::prelude::*;

#[flow]
fn price() -> u32 {
    1
}

fn main() {
    let _ = Scope::new().get::<price>();
}
