use pumped::prelude::*;

#[executor]
fn config() -> u16 {
    8080
}

#[executor]
fn server(Dep<config>) -> String {
    "8080".to_owned()
}

fn main() {
    Scope::new().get::<server>().unwrap();
}
