use pumped::prelude::*;

#[executor]
fn cache<T: Default>() -> Vec<T> {
    Vec::new()
}

#[executor]
fn length(cache: Dep<cache>) -> usize {
    cache.len()
}

fn main() {
    cache::<u8>();
}
