use pumped::prelude::*;

#[flow]
fn name(#[input] number: u32) -> &str {
    if number == 1 { "one" } else { "many" }
}

fn main() {
    let _ = Scope::new().exec(name(1));
}
