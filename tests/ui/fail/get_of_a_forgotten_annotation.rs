use pumped::prelude::*;

fn config() -> u8 {
    1
}

fn main() {
    config();
    let _ = Scope::new().get::<config>();
}
