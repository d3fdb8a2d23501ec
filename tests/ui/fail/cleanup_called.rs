use pumped::prelude::*;

fn close(_: &u32) {}

#[executor(cleanup = close())]
fn level() -> u32 {
    1
}

fn main() {
    let _ = Scope::new().get::<level>();
}
