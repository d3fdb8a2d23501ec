use pumped::prelude::*;

struct Pool;

impl Pool {
    async fn close(&self) {}
}

#[executor]
fn pool(cx: &ResolveCtx<'_>) -> u8 {
    let pool = Pool;
    cx.on_cleanup(async move || pool.close().await);
    1
}

fn main() {}
