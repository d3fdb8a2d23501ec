use pumped::prelude::*;

#[executor]
fn catalog() -> u32 {
    3
}

#[flow]
fn price(catalogs: Vec<Dep<catalog>>) -> u32 {
    catalogs.iter().map(|catalog| **catalog).sum()
}

fn main() {
    let _: u32 = Scope::new().exec(price()).unwrap();
}
