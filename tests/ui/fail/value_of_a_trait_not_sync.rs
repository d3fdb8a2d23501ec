// Two bounds are broken by what is inside of the `Arc`, and rustc reports each of them.
use pumped::prelude::*;
use std::sync::Arc;

trait Store {}
struct Memory;
impl Store for Memory {}

#[executor]
fn store() -> Arc<dyn Store> {
    Arc::new(Memory)
}

fn main() {}
