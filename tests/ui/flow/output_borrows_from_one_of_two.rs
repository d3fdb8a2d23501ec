use pumped::prelude::*;

#[flow]
fn longer(#[input] a: &str, #[input] b: &str) -> &str {
    if a.len() > b.len() { a } else { b }
}

fn main() {
    let _ = Scope::new().exec(longer("a", "b"));
}
