use pumped::prelude::*;

#[flow]
fn price(cx: &mut ExecutionCtx<'_>) -> u8 {
    cx.set(1_u8);
    1
}

fn main() {
    let _ = Scope::new().exec(price());
}
