use pumped::prelude::*;

#[executor(mutable)]
fn level() -> u8 {
    1
}

fn main() {
    Scope::new().update::<level>("two").unwrap();
}
