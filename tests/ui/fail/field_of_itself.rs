use pumped::prelude::*;

#[executor]
struct Server {
    other: Server,
}

fn main() {
    let scope = Scope::new();
    let _ = &scope.get::<Server>().unwrap().other;
}
