use pumped::prelude::*;

#[executor]
struct Range {
    #[default(1, 2)]
    ends: (u8, u8),
}

fn main() {
    let _ = Scope::new().get::<Range>();
}
