use pumped::prelude::*;

#[flow]
fn price(#[input] amount: u32) -> u32 {
    amount
}

fn main() {
    let fixed = 3;
    let _ = Scope::builder().preset_flow(price::preset(|_| *&fixed));
}
