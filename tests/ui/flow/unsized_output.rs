use pumped::prelude::*;

#[flow]
fn list(#[input] number: u8) -> [u8] {
    [number]
}

fn main() {
    let _ = Scope::new().exec(list(1));
}
