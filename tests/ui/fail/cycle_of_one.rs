use pumped::prelude::*;

#[executor]
fn a(a: Dep<a>) -> u8 {
    *a
}

fn main() {}
