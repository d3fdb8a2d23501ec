use pumped::prelude::*;

#[executor(mutable)]
fn level() -> u8 {
    1
}

#[flow]
fn report(level: Reactive<level>) -> u8 {
    *level
}

fn main() {
    let _ = Scope::new().exec(report());
}
