use pumped::prelude::*;

trait Store: Send + Sync {
    fn count(&self) -> u32;
}

#[flow]
fn count(store: Ref<'_, dyn Store>) -> u32 {
    store.count()
}

fn main() {
    let _ = Scope::new().exec(count());
}
