use pumped::prelude::*;

#[executor]
fn config() -> u8 {
    1
}

fn main() {
    let scope = Scope::new();
    let _ = scope.watch::<config>();
}
