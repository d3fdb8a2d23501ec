use pumped::prelude::*;

#[executor(mutable)]
fn level(logger: Snapshot<logger>) -> u8 {
    *logger
}

#[executor]
fn logger(level: Reactive<level>) -> u8 {
    *level
}

fn main() {}
