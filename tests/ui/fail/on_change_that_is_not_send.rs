use pumped::prelude::*;
use std::cell::Cell;

#[executor(mutable)]
fn port() -> u16 {
    1
}

fn main() {
    let seen = Cell::new(0);
    let _subscription = Scope::new().on_change::<port>(move |now| seen.set(*now));
}
