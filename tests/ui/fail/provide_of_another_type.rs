use pumped::prelude::*;

#[executor]
fn settings() -> String;

fn main() {
    let _ = Scope::builder().provide::<settings>(1).build();
}
