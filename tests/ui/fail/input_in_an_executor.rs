use pumped::prelude::*;

#[executor]
fn server(#[input] port: u16) -> u16 {
    port
}

fn main() {}
