use pumped::prelude::*;

#[flow]
fn who(request: Tag<RequestId>) -> u64 {
    request.0
}

fn main() {
    let _ = Scope::new().exec(who());
}
