use pumped::prelude::*;

struct Pool;

impl Pool {
    async fn close(&self) {}
}

#[executor(cleanup = close)]
fn pool() -> Pool {
    Pool
}

async fn close(pool: &Pool) {
    pool.close().await;
}

fn main() {}
