use pumped::prelude::*;

#[executor]
fn config() -> u8 {
    1
}

fn main() {
    Scope::new().modify::<config>(|now| now + 1).unwrap();
}
