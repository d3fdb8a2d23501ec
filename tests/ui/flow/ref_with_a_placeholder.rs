//! `Ref<_, ..>` is one mistake.
use pumped::prelude::*;

#[executor]
fn config() -> u32 {
    8
}

#[flow]
fn limit(config: Ref<_, config>, #[input] more: u32) -> u32 {
    *config + more
}

fn main() {
    let _ = Scope::new().exec(limit(1));
}
