//! A boxed error that cannot go to another thread.
use pumped::prelude::*;

#[executor]
fn port() -> Result<u16, Box<dyn std::error::Error>> {
    Ok("8080".parse()?)
}

fn main() {}
