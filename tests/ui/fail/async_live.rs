use pumped::prelude::*;

#[executor(mutable)]
fn level() -> u8 {
    1
}

#[executor]
async fn pool(level: Reactive<level>) -> u8 {
    *level
}

fn main() {}
