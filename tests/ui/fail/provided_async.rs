use pumped::prelude::*;

#[executor]
async fn settings() -> u8;

fn main() {}
