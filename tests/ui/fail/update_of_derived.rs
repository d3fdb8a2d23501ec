use pumped::prelude::*;

#[executor(mutable)]
fn level() -> u8 {
    1
}

#[executor]
fn doubled(level: Reactive<level>) -> u8 {
    *level * 2
}

fn main() {
    Scope::new().update::<doubled>(2).unwrap();
}
