use pumped::prelude::*;

#[executor]
fn range() -> (u8, u8) {
    (1, 2)
}

#[executor]
fn sum((from, to): Dep<range>) -> u8 {
    from + to
}

#[executor]
fn twice(sum: Dep<sum>) -> u8 {
    *sum * 2
}

fn main() {}
