use pumped::prelude::*;

#[executor]
fn cache(scope: &Scope) -> String {
    format!("{:?}", scope.executions().roots().len())
}

#[executor]
struct Jobs {
    scope: pumped::WeakScope,
}

fn main() {
    let scope = Scope::new();
    let _ = scope.get::<Jobs>().unwrap().scope.upgrade();
}
