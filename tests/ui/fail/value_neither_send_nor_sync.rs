use pumped::prelude::*;
use std::rc::Rc;

#[executor]
fn shared() -> Rc<u8> {
    Rc::new(1)
}

#[executor]
fn user(shared: Dep<shared>) -> u8 {
    **shared
}

fn main() {
    let scope = Scope::new();
    let _: u8 = **scope.get::<shared>().unwrap();
    let _: u8 = *scope.get::<user>().unwrap();
}
