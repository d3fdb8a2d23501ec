use pumped::prelude::*;

#[flow]
fn total(prices: #[input] Vec<u32>) -> u32 {
    prices.iter().sum()
}

fn main() {
    let _ = Scope::new().exec(total(vec![]));
}
