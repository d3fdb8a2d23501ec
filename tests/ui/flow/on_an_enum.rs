use pumped::prelude::*;

#[flow]
enum Price {
    Free,
    Fixed(#[input] u32),
}

fn main() {
    let _ = (Price::Free, Price::Fixed(1));
}
