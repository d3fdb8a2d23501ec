use pumped::prelude::*;

#[flow]
fn count(scope: Scope) -> usize {
    scope.executions().roots().len()
}

fn main() {
    let _: usize = Scope::new().exec(count()).unwrap();
}
