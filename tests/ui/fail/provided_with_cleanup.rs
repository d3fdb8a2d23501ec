use pumped::prelude::*;

#[executor(cleanup = drop)]
fn settings() -> u8;

fn main() {}
