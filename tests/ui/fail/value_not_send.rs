use pumped::prelude::*;
use std::sync::MutexGuard;

#[executor]
fn guard() -> MutexGuard<'static, u8> {
    unreachable!()
}

fn main() {}
