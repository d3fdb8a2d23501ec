use pumped::prelude::*;

#[flow]
fn greet(name: Dep<str>) -> usize {
    name.len()
}

fn main() {
    let _: usize = Scope::new().exec(greet()).unwrap();
}
