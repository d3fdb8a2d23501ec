use pumped::prelude::*;

#[executor]
fn cache<T: Default>() -> Vec<T> {
    Vec::new()
}

fn main() {
    cache::<u8>();
}
