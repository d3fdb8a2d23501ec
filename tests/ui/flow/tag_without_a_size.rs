use pumped::prelude::*;

#[flow]
fn table(tenant: Tag<str>) -> usize {
    tenant.len()
}

fn main() {
    let _: usize = Scope::new().exec(table()).unwrap();
}
