use pumped::prelude::*;

#[flow]
fn show(#[input] value: impl std::fmt::Display) -> String {
    value.to_string()
}

fn main() {
    let _ = Scope::new().exec(show(1));
}
