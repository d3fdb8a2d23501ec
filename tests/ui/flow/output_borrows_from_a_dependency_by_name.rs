use pumped::prelude::*;

#[executor]
fn catalog() -> String {
    String::new()
}

#[flow]
fn name<'a>(catalog: Ref<'a, catalog>, #[input] number: u32) -> &'a str {
    "a"
}

fn main() {
    let _ = Scope::new().exec(name(1));
}
