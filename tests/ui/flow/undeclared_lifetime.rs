use pumped::prelude::*;

#[flow]
fn first(#[input] list: &'a [u32]) -> &'a u32 {
    &list[0]
}

fn main() {
    let _ = Scope::new().exec(first(&[1]));
}
