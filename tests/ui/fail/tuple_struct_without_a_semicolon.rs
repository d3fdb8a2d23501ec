//! rustc has missed the `;`, and goes on.
use pumped::prelude::*;

#[executor]
fn config() -> u32 {
    8
}

#[executor]
struct App(Dep<config>)

fn main() {
    let _ = *Scope::new().get::<App>().unwrap().0;
}
