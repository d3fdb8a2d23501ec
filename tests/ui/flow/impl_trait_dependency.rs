use pumped::prelude::*;

#[flow]
fn show(value: impl std::fmt::Display) -> String {
    value.to_string()
}

fn main() {
    let _ = Scope::new().exec(show());
}
