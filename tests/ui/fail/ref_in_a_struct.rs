use pumped::prelude::*;

#[executor]
fn config() -> u8 {
    1
}

#[executor]
struct Server {
    config: Ref<'_, config>,
}

fn main() {}
