use pumped::prelude::*;

#[flow]
fn sum<const N: usize>(#[input] values: [u32; N]) -> u32 {
    values.iter().sum()
}

fn main() {
    let _ = Scope::new().exec(sum([1, 2]));
}
