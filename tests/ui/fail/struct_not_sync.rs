use pumped::prelude::*;
use std::cell::RefCell;

#[executor]
struct Cache {
    #[default]
    items: RefCell<u8>,
}

fn main() {
    let scope = Scope::new();
    let _ = &scope.get::<Cache>().unwrap().items;
}
