use pumped::prelude::*;
use std::rc::Rc;

#[executor]
fn table(tenant: Tag<Rc<u8>>, other: Option<Tag<Rc<u16>>>) -> u8 {
    **tenant + u8::from(other.is_some())
}

fn main() {}
