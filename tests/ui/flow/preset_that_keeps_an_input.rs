use pumped::prelude::*;
use std::sync::Mutex;

#[flow]
fn price(#[input] sku: &str) -> u32 {
    let _ = sku;
    1
}

fn main() {
    static SEEN: Mutex<Vec<&'static str>> = Mutex::new(Vec::new());
    let _ = Scope::builder().preset_flow(price::preset(|sku| {
        SEEN.lock().unwrap().push(sku);
        1
    }));
}
