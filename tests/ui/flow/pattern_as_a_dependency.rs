use pumped::prelude::*;

struct Tenant(u32);

#[flow]
fn tenant(Tenant(id): Tag<Tenant>) -> u32 {
    id
}

fn main() {
    let _ = Scope::new().exec(tenant());
}
