use pumped::prelude::*;

#[flow]
fn ping() -> u32 {
    1
}

fn main() {
    let _ = Scope::new().exec(ping);
}
