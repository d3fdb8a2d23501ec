use pumped::prelude::*;

#[executor]
fn server(#[default] port: u16) -> u16 {
    port
}

fn main() {}
