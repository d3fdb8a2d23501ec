use pumped::prelude::*;

#[executor(mutable)]
fn names() -> Vec<String> {
    Vec::new()
}

fn main() {
    Scope::new().modify::<names>(|now| now.push("ada".into())).unwrap();
}
