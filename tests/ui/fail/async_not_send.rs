use pumped::prelude::*;
use std::rc::Rc;

async fn pause() {}

#[executor]
async fn pool() -> u8 {
    let local = Rc::new(1);
    pause().await;
    *local
}

fn main() {}
