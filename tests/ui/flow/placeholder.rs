//! `_` in a declaration: of a dependency, an input, and the value.
use pumped::prelude::*;

#[executor]
fn config() -> u32 {
    8
}

#[flow]
fn limit(config: Ref<'_, _>, #[input] more: Option<_>) -> Vec<_> {
    vec![*config, more.unwrap_or(1)]
}

fn main() {
    let _ = Scope::new().exec(limit(Some(1)));
}
