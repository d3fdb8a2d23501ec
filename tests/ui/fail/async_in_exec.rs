use pumped::prelude::*;

#[flow]
async fn ping() -> u8 {
    1
}

fn main() {
    let _ = Scope::new().exec(ping());
}
