use pumped::prelude::*;

#[executor]
enum Level {
    Info,
}

#[executor]
fn logger(level: Dep<Level>) -> u8 {
    let _ = level;
    1
}

fn main() {
    let _ = Level::Info;
}
