use pumped::prelude::*;

#[flow]
fn price(#[input] amount: u32) -> u32 {
    amount
}

#[flow]
fn total(cx: &ExecutionCtx<'_>) -> Result<u32, Fault> {
    cx.call(price)
}

fn main() {
    let _ = Scope::new().call(total());
}
