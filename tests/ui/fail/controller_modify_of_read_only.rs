use pumped::prelude::*;

#[executor]
fn config() -> u8 {
    1
}

#[executor]
struct Server {
    config: Controller<config>,
}

fn main() {
    let scope = Scope::new();
    scope.get::<Server>().unwrap().config.modify(|now| now + 1).unwrap();
}
