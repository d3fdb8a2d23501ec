use pumped::prelude::*;

#[executor]
fn config() -> u8 {
    1
}

fn main() {
    Scope::new().release::<config>().unwrap();
}
