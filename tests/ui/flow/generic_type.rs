use pumped::prelude::*;

#[flow]
fn show<T: std::fmt::Display>(#[input] value: T) -> String {
    value.to_string()
}

fn main() {
    let _ = Scope::new().exec(show(1));
}
