use pumped::prelude::*;

#[executor]
fn config() -> u8 {
    1
}

fn main() {
    let config = Scope::new().get::<config>().unwrap();
    let _ = *config;
}
