use pumped::prelude::*;

#[executor]
fn catalog() -> String {
    String::new()
}

#[flow]
fn name(catalog: Ref<'_, catalog>, #[input] text: &str) -> &str {
    let _ = text;
    catalog.as_str()
}

fn main() {
    let _ = Scope::new().exec(name("a"));
}
