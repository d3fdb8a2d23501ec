use pumped::prelude::*;
use std::rc::Rc;

#[executor]
struct Shared {
    #[default]
    count: Rc<u8>,
}

fn main() {
    let scope = Scope::new();
    let _ = &scope.get::<Shared>().unwrap().count;
}
