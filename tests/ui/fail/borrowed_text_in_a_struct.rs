use pumped::prelude::*;

#[executor]
struct Server {
    name: &str,
    scope: &Scope,
}

fn main() {
    let scope = Scope::new();
    let server = scope.get::<Server>().unwrap();
    let _ = server.name.len();
    let _ = server.scope.executions();
}
