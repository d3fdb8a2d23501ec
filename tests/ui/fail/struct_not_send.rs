use pumped::prelude::*;
use std::sync::MutexGuard;

#[executor]
struct Shared {
    #[default(locked())]
    guard: MutexGuard<'static, u8>,
}

fn locked() -> MutexGuard<'static, u8> {
    unreachable!()
}

fn main() {
    let scope = Scope::new();
    let _ = &scope.get::<Shared>().unwrap().guard;
}
