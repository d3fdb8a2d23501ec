use pumped::prelude::*;
use std::rc::Rc;

async fn pause() {}

#[flow]
async fn ping() -> u8 {
    let local = Rc::new(1);
    pause().await;
    *local
}

fn main() {}
