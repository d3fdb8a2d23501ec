use pumped::prelude::*;

#[executor]
fn rate() -> u32 {
    2
}

#[flow]
fn kept(rate: Ref<'static, rate>) -> u32 {
    *rate
}

#[flow]
fn shared<'a>(rate: Ref<'a, rate>, #[input] text: &'a str) -> &'a str {
    let _ = rate;
    text
}

fn main() {
    let scope = Scope::new();
    let _ = scope.exec(kept());
    let _ = scope.exec(shared("text"));
}
