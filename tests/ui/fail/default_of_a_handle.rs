use pumped::prelude::*;

#[executor]
fn port() -> u16 {
    8080
}

#[executor]
struct Server {
    #[default]
    port: Dep<port>,
}

fn main() {
    let scope = Scope::new();
    let _: u16 = *scope.get::<Server>().unwrap().port;
}
