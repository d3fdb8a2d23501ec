use pumped::prelude::*;

#[flow]
async fn price(#[input] amount: u32) -> u32 {
    std::future::ready(amount).await
}

fn main() {
    let _ = Scope::new().exec(price(1));
}
