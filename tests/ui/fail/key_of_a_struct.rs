use pumped::prelude::*;

#[executor(key = Port)]
struct Server;

fn main() {}
