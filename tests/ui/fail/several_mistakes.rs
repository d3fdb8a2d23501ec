use pumped::prelude::*;

#[executor(mutabel, eager = 1)]
fn level((a, b): (Dep<x>, Dep<y>), #[input] c: u8) -> impl Copy {
    1
}

fn main() {}
