use pumped::prelude::*;

#[executor]
fn config() -> u16 {
    8080
}

#[flow]
fn request(Dep<config>, #[input] path: &str) -> usize {
    path.len()
}

fn main() {
    let _ = Scope::new().exec(request("/"));
}
