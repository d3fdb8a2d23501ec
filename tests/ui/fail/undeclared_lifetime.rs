//! Lifetimes that are not declared: an executor has none.
use pumped::prelude::*;

#[executor]
fn scoped(cx: &'a ResolveCtx<'a>) -> u32 {
    let _ = cx;
    1
}

#[executor]
fn text(scoped: Dep<scoped>) -> &'a str {
    let _ = scoped;
    "text"
}

#[executor]
struct App {
    text: Dep<text>,
    #[default]
    name: &'a str,
}

fn main() {
    let app = Scope::new().dep::<App>().unwrap();
    let _ = (app.text.len(), app.name);
}
