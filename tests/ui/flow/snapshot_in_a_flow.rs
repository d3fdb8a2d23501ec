use pumped::prelude::*;

#[executor(mutable)]
fn level() -> u8 {
    1
}

#[flow]
fn report(level: Snapshot<level>) -> u8 {
    *level
}

fn main() {
    let _ = Scope::new().exec(report());
}
