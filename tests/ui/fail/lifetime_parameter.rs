use pumped::prelude::*;

#[executor]
fn name<'a>(cx: &'a ResolveCtx<'a>) -> u8 {
    let _ = cx;
    1
}

fn main() {}
