use pumped::prelude::*;

struct Cache;

#[executor]
struct Server {
    #[default]
    cache: Cache,
}

fn main() {
    let scope = Scope::new();
    let _ = &scope.get::<Server>().unwrap().cache;
}
