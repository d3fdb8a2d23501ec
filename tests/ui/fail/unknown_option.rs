use pumped::prelude::*;

#[executor(mutabel)]
fn level() -> u8 {
    1
}

#[executor]
fn logger(level: Reactive<level>) -> u8 {
    *level
}

fn main() {
    Scope::new().update::<level>(2).unwrap();
}
