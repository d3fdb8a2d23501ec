use pumped::prelude::*;

#[executor]
fn config() -> String {
    String::new()
}

#[executor]
fn server(config: Dep<config>, cx: &ResolveCtx<'_>) -> u8 {
    cx.on_cleanup(|| println!("{}", config.len()));
    1
}

fn main() {}
