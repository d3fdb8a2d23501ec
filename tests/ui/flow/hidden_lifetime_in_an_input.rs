use pumped::prelude::*;

struct Request<'a>(&'a str);

#[flow]
fn shout(#[input] request: Request) -> String {
    request.0.to_uppercase()
}

fn main() {
    let _ = Scope::new().exec(shout(Request("a")));
}
