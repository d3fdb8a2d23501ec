use pumped::prelude::*;

#[executor]
fn price(amount: u32, unit: &str) -> u32 {
    amount + u32::from(unit.is_empty())
}

fn main() {
    let _ = Scope::new().get::<price>();
}
