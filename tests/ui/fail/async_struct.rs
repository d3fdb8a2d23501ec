use pumped::prelude::*;

#[executor]
async struct Server {
    port: u16,
}

fn main() {}
