use pumped::prelude::*;

#[flow]
fn price(#[input] sku: &str, #[input] amount: u32) -> Result<u32, String> {
    let _ = sku;
    Ok(amount)
}

fn main() {
    let _ = Scope::builder().preset_flow(price::preset_with(|_, _, amount| Ok(amount)));
    let _ = Scope::builder().preset_flow(price::preset_with(|_, _, amount| amount));
}
