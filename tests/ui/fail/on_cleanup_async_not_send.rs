use pumped::prelude::*;
use std::rc::Rc;

async fn goodbye() {}

#[executor]
fn connection(cx: &ResolveCtx<'_>) -> u8 {
    cx.on_cleanup_async(|| async {
        let local = Rc::new(1);
        goodbye().await;
        drop(local);
    });
    1
}

fn main() {}
