use pumped::prelude::*;

type Answer = Result<u32, String>;

#[flow]
fn price(#[input] amount: u32) -> Answer {
    Ok(amount)
}

fn main() {
    let _ = Scope::new().exec(price(1));
}
