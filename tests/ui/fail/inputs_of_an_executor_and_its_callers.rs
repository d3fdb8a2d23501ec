//! `#[executor]` where `#[flow]` is meant: it is run like one.
use pumped::prelude::*;

#[executor]
fn catalog() -> u32 {
    8
}

#[executor]
fn price(catalog: Dep<catalog>, #[input] amount: u32) -> u32 {
    *catalog * amount
}

#[flow]
fn bill(cx: &ExecutionCtx<'_>, #[input] amount: u32) -> u32 {
    cx.call(price(amount)).unwrap()
}

fn main() {
    let scope = Scope::new();
    let _ = scope.exec(price(3)).unwrap() + scope.exec(bill(3)).unwrap();
}
