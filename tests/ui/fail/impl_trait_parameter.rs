use pumped::prelude::*;

#[executor]
fn user(name: impl ToString) -> String {
    name.to_string()
}

fn main() {}
