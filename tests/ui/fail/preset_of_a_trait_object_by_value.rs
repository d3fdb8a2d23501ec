use pumped::prelude::*;
use std::sync::Arc;

trait Store: Send + Sync {}

struct Fake;
impl Store for Fake {}

#[executor]
fn store() -> Arc<dyn Store> {
    Arc::new(Fake)
}

fn main() {
    let _ = Scope::builder().preset::<store>(Fake).build();
}
