use pumped::prelude::*;

#[executor]
struct Server {
    port: u32,
}

fn main() {
    let scope = Scope::new();
    let _ = scope.get::<Server>().unwrap().port;
}
