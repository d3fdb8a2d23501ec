use pumped::prelude::*;

#[derive(Default)]
#[executor]
struct Server {
    #[default]
    port: u16,
}

fn main() {
    let scope = Scope::new();
    let _ = scope.get::<Server>().unwrap().port;
}
