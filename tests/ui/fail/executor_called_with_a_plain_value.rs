use pumped::prelude::*;

#[executor]
fn store() -> u32 {
    1
}

#[executor]
fn report(store: Dep<store>) -> String {
    format!("{} tasks", *store)
}

fn main() {
    assert_eq!(report(3), "3 tasks");
}
