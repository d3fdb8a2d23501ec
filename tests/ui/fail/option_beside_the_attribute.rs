use pumped::prelude::*;

#[executor]
#[mutable]
#[cleanup = forget]
fn level() -> u8 {
    1
}

fn forget(_level: &u8) {}

fn main() {
    let scope = Scope::new();
    scope.update::<level>(2).unwrap();
}
