//! A dependency that is called: the function is named, and the scope calls it.
use pumped::prelude::*;

#[executor]
fn config() -> u32 {
    8
}

#[flow]
fn limit(config: Ref<'_, config()>, #[input] more: u32) -> u32 {
    let least = u32::default();
    least.max(*config + more)
}

fn main() {
    let _ = Scope::new().exec(limit(1));
}
