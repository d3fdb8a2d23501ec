use pumped::prelude::*;

#[flow]
fn shout(text: &str) -> String {
    text.to_uppercase()
}

fn main() {
    let _ = Scope::new().exec(shout());
}
