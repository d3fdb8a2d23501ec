//! `_` as the type of a value, which is known to all who use it.
use pumped::prelude::*;

#[executor]
fn limits() -> Vec<_> {
    vec![8_u32]
}

#[executor]
fn table() -> [u8; _] {
    [1, 2, 3]
}

#[executor]
fn limit(limits: Dep<limits>, table: Dep<table>) -> u32 {
    limits[0] + u32::from(table[0])
}

fn main() {
    let _ = *Scope::new().get::<limit>().unwrap();
}
