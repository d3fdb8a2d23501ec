use pumped::prelude::*;

#[executor]
fn std() -> std::string::String {
    String::new()
}

fn main() {}
