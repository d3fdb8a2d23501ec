use pumped::prelude::*;

#[executor]
fn catalog() -> Vec<String> {
    vec!["tea".into()]
}

#[flow]
fn has(catalog: Ref<'_, catalog>, sku: &str) -> bool {
    catalog.iter().any(|name| name == sku)
}

fn main() {
    let _ = Scope::new().exec(has("tea"));
}
