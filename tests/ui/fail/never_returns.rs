use pumped::prelude::*;

#[executor]
fn level() -> ! {
    panic!()
}

fn main() {}
