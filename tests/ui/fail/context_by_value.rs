use pumped::prelude::*;

#[executor]
fn server(cx: ResolveCtx<'_>) -> u8 {
    cx.on_cleanup(|| ());
    1
}

fn main() {}
