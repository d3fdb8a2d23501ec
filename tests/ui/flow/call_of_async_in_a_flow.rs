use pumped::prelude::*;

#[flow]
async fn greet(#[input] name: &str) -> usize {
    name.len()
}

#[flow]
fn twice(cx: &ExecutionCtx<'_>) -> Result<usize, Fault> {
    Ok(cx.call(greet("ada"))? * 2)
}

fn main() {
    let _ = Scope::new().exec(twice());
}
