use pumped::prelude::*;

#[flow(mutable, nmae = "a")]
async fn price(cx: ExecutionCtx<'_>, #[input] (a, b): (u32, u32), #[input] c: impl Copy) -> ! {
    loop {}
}

fn main() {}
