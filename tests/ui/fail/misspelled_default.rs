use pumped::prelude::*;

#[executor]
fn port() -> u16 {
    8080
}

#[executor]
struct Server {
    port: Dep<port>,
    #[defualt]
    hits: u64,
    #[Default(vec![1])]
    names: Vec<u8>,
}

fn main() {
    let scope = Scope::new();
    let server = scope.get::<Server>().unwrap();
    let _ = (*server.port, server.hits, server.names.len());
}
