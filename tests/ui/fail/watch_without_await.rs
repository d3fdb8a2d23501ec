use pumped::prelude::*;

#[executor(mutable)]
fn port() -> u16 {
    1
}

async fn run(scope: &Scope) {
    let mut watch = scope.watch::<port>();
    while let Ok(now) = watch.changed() {
        let _: u16 = *now;
    }
}

fn main() {}
