use pumped::prelude::*;

#[flow]
fn price(#[input] amount: u32) -> u32 {
    amount
}

#[flow]
fn total(cx: &ExecutionCtx<'_>) -> u32 {
    cx.call(price(1))?
}

fn main() {
    let _ = Scope::new().exec(total());
}
