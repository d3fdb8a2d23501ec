use pumped::prelude::*;

#[flow]
async fn greet(#[input] name: &str) -> usize {
    name.len()
}

fn main() {
    let _ = Scope::new().exec(greet("ada"));
}
