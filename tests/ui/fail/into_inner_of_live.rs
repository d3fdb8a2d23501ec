use pumped::prelude::*;

#[executor(mutable)]
fn level() -> u8 {
    1
}

fn main() {
    let scope = Scope::new();
    let _: &u8 = scope.get::<level>().unwrap().into_inner();
}
