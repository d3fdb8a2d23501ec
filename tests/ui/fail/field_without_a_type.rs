//! A field whose type is yet to be written.
use pumped::prelude::*;

#[executor]
struct App {
    config: ,
}

#[executor]
fn limit(app: Dep<App>) -> u32 {
    drop(app);
    8
}

fn main() {
    let _ = *Scope::new().get::<limit>().unwrap();
}
