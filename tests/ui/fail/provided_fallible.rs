use pumped::prelude::*;

#[executor]
fn settings() -> Result<u8, std::fmt::Error>;

fn main() {}
