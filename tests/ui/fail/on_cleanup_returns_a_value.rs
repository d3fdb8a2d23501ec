use pumped::prelude::*;

#[executor]
fn server(cx: &ResolveCtx<'_>) -> u8 {
    cx.on_cleanup(|| 5);
    1
}

fn main() {}
