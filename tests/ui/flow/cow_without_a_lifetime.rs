use pumped::prelude::*;
use std::borrow::Cow;

#[flow]
fn shout(#[input] text: Cow<str>) -> String {
    text.to_uppercase()
}

fn main() {
    let _ = Scope::new().exec(shout("a".into()));
}
