// The message of rustc names what is to blame inside of the value.
use pumped::prelude::*;
use std::cell::Cell;

struct Counter {
    hits: Cell<u64>,
}

#[executor]
fn counter() -> Counter {
    Counter { hits: Cell::new(0) }
}

fn main() {
    let scope = Scope::new();
    scope.get::<counter>().unwrap().hits.set(1);
}
