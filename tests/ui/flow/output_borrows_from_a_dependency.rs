use pumped::prelude::*;

#[executor]
fn catalog() -> String {
    String::new()
}

#[flow]
fn name(catalog: Ref<'_, catalog>) -> &str {
    "a"
}

fn main() {
    let _ = Scope::new().exec(name());
}
