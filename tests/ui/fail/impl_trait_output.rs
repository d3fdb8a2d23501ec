use pumped::prelude::*;

#[executor]
fn numbers() -> impl Iterator<Item = u8> {
    0..9
}

#[executor]
fn user(numbers: Lazy<numbers>) -> u8 {
    let _ = numbers;
    1
}

fn main() {}
