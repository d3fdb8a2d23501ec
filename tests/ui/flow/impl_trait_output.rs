use pumped::prelude::*;

#[flow]
fn numbers(#[input] to: u32) -> impl Iterator<Item = u32> {
    0..to
}

fn main() {
    let sum: u32 = Scope::new().exec(numbers(3)).unwrap().sum();
    let _ = Scope::builder().preset_flow(numbers::preset(|to| vec![to].into_iter()));
    println!("{sum}");
}
