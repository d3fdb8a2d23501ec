use pumped::prelude::*;

#[flow(fallible, infallible)]
fn price(#[input] amount: u32) -> Result<u32, String> {
    Ok(amount)
}

fn main() {
    let _ = Scope::new().exec(price(1));
}
