use pumped::prelude::*;

#[flow]
fn sum(#[input] a: u32, #[input] a: u32) -> u32 {
    a
}

fn main() {
    let _ = Scope::new().exec(sum(1, 2));
}
