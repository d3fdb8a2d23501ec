use pumped::prelude::*;

#[executor]
fn server(cx: &ResolveCtx<'static>) -> usize {
    cx.name().len()
}

#[flow]
fn ping(cx: &'static ExecutionCtx<'_>) -> usize {
    cx.name().len()
}

fn main() {
    let scope = Scope::new();
    let _: usize = *scope.get::<server>().unwrap();
    let _: usize = scope.exec(ping()).unwrap();
}
