use pumped::prelude::*;

#[executor]
fn config() -> u8 {
    1
}

fn main() {
    let _ = Scope::new().exec(config());
}
