use pumped::prelude::*;

#[executor]
fn config() -> u8 {
    1
}

fn main() {
    let config = Dep::new(2);
    let _ = config;
}
