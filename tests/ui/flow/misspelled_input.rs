use pumped::prelude::*;

#[flow]
fn double(#[inptu] number: u32) -> u32 {
    number * 2
}

fn main() {
    let _ = Scope::new().exec(double(1));
}
