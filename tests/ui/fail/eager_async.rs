use pumped::prelude::*;

#[executor(mutable)]
fn level() -> u8 {
    1
}

#[executor(eager)]
async fn pool(level: Reactive<level>) -> u8 {
    *level
}

fn main() {}
