use pumped::prelude::*;

#[executor(mutable)]
fn level() -> u8 {
    1
}

#[executor]
struct Logger {
    level: Dep<level>,
}

fn main() {
    let scope = Scope::new();
    let _ = *scope.get::<Logger>().unwrap().level;
}
