use pumped::prelude::*;

fn main() {
    let _ = Scope::new().get::<u32>();
}
