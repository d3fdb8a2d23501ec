use pumped::prelude::*;

#[executor]
struct Cache<T> {
    #[default]
    items: Vec<T>,
}

fn main() {
    let _ = Cache::<u8> { items: Vec::new() }.items;
}
