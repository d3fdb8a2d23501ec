use pumped::prelude::*;
use std::borrow::Cow;

#[executor]
fn name(cx: &ResolveCtx<'_>) -> Cow<'_, str> {
    let _ = cx;
    "a".into()
}

fn main() {}
