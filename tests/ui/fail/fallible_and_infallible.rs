use pumped::prelude::*;

#[executor(fallible, infallible)]
fn level() -> Result<u8, std::fmt::Error> {
    Ok(1)
}

fn main() {}
