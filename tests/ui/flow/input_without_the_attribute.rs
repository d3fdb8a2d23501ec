use pumped::prelude::*;

#[flow]
fn double(number: u32) -> u32 {
    number * 2
}

fn main() {
    let _ = Scope::new().exec(double(3));
}
