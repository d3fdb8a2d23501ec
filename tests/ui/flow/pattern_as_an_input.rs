use pumped::prelude::*;

#[flow]
fn sum(#[input] (a, b): (u32, u32)) -> u32 {
    a + b
}

fn main() {
    let _ = Scope::new().exec(sum((1, 2)));
}
