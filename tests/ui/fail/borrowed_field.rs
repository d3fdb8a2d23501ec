use pumped::prelude::*;

#[executor]
struct Server {
    cx: &ResolveCtx<'_>,
}

fn main() {}
