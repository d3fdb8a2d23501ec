use pumped::prelude::*;

trait Clock: Send + Sync {
    fn now(&self) -> u64;
}

#[executor]
fn table(tenant: Tag<str>, clock: Option<Tag<dyn Clock>>) -> u64 {
    tenant.len() as u64 + clock.map_or(0, |clock| clock.now())
}

#[executor]
struct Rates {
    rates: Tag<[u64]>,
}

fn main() {
    let scope = Scope::new();
    let _ = scope.get::<table>().unwrap();
    let _ = scope.get::<Rates>().unwrap().rates.len();
}
