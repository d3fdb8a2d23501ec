use pumped::prelude::*;

#[executor]
fn config() -> u8 {
    1
}

fn main() {
    Scope::new().controller::<config>().reload().unwrap();
}
