use pumped::prelude::*;

#[flow]
fn sum(#[input] _: u32) -> u32 {
    1
}

fn main() {
    let _ = Scope::new().exec(sum(1));
}
