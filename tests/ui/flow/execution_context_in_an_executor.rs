use pumped::prelude::*;

#[executor]
fn price(cx: &ExecutionCtx<'_>) -> u8 {
    cx.set(1_u8);
    1
}

fn main() {
    let _ = Scope::new().get::<price>();
}
