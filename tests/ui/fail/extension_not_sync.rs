use pumped::extension::Extension;
use pumped::prelude::*;
use std::cell::Cell;

struct Counter(Cell<u32>);

impl Extension for Counter {}

fn main() {
    let _ = Scope::builder().extension(Counter(Cell::new(0))).build();
}
