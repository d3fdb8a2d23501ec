use pumped::prelude::*;

#[executor]
fn server(cx: &ResolveCtx<'_>) -> usize {
    cx.name().len()
}

fn main() {
    let _ = server(&ResolveCtx::new());
}
