// Two bounds are broken, and rustc reports each of them.
use pumped::prelude::*;
use std::rc::Rc;

#[executor]
fn shared() -> Rc<u8> {
    Rc::new(1)
}

fn main() {}
