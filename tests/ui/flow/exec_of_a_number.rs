use pumped::prelude::*;

fn main() {
    let _ = Scope::new().exec(1);
}
