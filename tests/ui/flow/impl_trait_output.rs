use pumped::prelude::*;

#[flow]
fn numbers(#[input] to: u32) -> impl Iterator<Item = u32> {
    0..to
}

fn main() {
    let _ = Scope::new().exec(numbers(3));
}
