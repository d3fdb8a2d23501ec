use pumped::prelude::*;

async fn end(scope: &Scope) {
    scope.dispose_async().unwrap();
}

fn main() {}
