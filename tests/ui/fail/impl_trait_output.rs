use pumped::prelude::*;

#[executor]
fn numbers() -> impl Iterator<Item = u8> {
    0..9
}

#[executor]
fn user(numbers: Dep<numbers>) -> u8 {
    numbers.clone().sum()
}

fn main() {}
