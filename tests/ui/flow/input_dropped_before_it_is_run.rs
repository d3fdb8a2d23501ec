use pumped::prelude::*;

#[flow]
fn price(#[input] sku: &str) -> usize {
    sku.len()
}

fn main() {
    let text = String::from("tea");
    let flow = price(&text);
    drop(text);
    let _ = Scope::new().exec(flow);
}
