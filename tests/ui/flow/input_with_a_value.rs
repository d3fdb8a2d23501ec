use pumped::prelude::*;

#[flow]
fn double(#[input(default)] number: u32) -> u32 {
    number * 2
}

fn main() {
    let _ = Scope::new().exec(double(1));
}
