use pumped::prelude::*;

type Attempt = Result<u8, std::fmt::Error>;

#[executor]
fn config() -> Attempt {
    Ok(1)
}

fn main() {}
