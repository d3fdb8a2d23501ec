use pumped::prelude::*;

#[executor]
fn server(port: u32) -> u32 {
    port
}

fn main() {}
