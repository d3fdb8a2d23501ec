//! A case that passes makes trybuild build them all, and not only check them:
//! what follows from the whole graph is found where a call is built.
use pumped::prelude::*;

#[executor]
fn config() -> u8 {
    1
}

#[executor]
fn server(config: Dep<config>) -> u8 {
    *config
}

fn main() {
    let _ = Scope::new().get::<server>();
}
