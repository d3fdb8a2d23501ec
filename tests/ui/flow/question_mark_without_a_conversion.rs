use pumped::prelude::*;

#[flow]
fn price(#[input] amount: u32) -> Result<u32, String> {
    if amount == 0 { Err("free".into()) } else { Ok(amount) }
}

#[flow]
fn total(cx: &ExecutionCtx<'_>) -> Result<u32, String> {
    Ok(cx.exec(price(1))? + 1)
}

fn main() {
    let _ = Scope::new().exec(total());
}
