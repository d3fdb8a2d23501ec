use pumped::prelude::*;

#[executor]
async fn pool() -> u8 {
    1
}

#[executor]
fn user(pool: Dep<pool>) -> u8 {
    *pool
}

fn main() {}
