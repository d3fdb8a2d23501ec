//! A name that does not exist, in the field of a struct.
use pumped::prelude::*;

#[executor]
fn config() -> u32 {
    8
}

#[executor]
struct App {
    config: Dep<confg>,
    tenant: Tag<Tenent>,
}

#[executor]
struct Pair(Dep<confg>, Dep<App>);

fn main() {
    let _ = Scope::new().get::<Pair>().unwrap().1.config;
}
