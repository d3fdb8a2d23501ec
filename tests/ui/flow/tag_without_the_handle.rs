use pumped::prelude::*;

struct RequestId(u64);

#[flow]
fn who(request: RequestId) -> u64 {
    request.0
}

fn main() {
    let _ = Scope::new().exec(who());
}
