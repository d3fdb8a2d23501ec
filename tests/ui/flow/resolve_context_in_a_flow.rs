use pumped::prelude::*;

#[flow]
fn price(cx: &ResolveCtx<'_>) -> u8 {
    cx.on_cleanup(|| ());
    1
}

fn main() {
    let _ = Scope::new().exec(price());
}
