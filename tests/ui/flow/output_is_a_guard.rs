use pumped::prelude::*;
use std::sync::{Mutex, MutexGuard};

#[flow]
fn lock(#[input] stock: &Mutex<u32>) -> MutexGuard<'_, u32> {
    stock.lock().unwrap()
}

fn main() {
    let _ = Scope::new().exec(lock(&Mutex::new(1)));
}
