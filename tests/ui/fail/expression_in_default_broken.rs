use pumped::prelude::*;

#[executor]
struct Server {
    #[default(1 +)]
    port: u16,
}

fn main() {
    let scope = Scope::new();
    let _ = scope.get::<Server>().unwrap().port;
}
