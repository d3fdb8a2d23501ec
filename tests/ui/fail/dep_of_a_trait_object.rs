use pumped::prelude::*;

trait Store: Send + Sync {
    fn count(&self) -> u32;
}

#[executor]
fn report(store: Dep<dyn Store>) -> u32 {
    store.count()
}

#[executor]
struct Service {
    store: Dep<dyn Store>,
}

fn main() {
    let scope = Scope::new();
    let _ = scope.get::<report>();
    let _ = scope.get::<Service>().unwrap().store.count();
}
