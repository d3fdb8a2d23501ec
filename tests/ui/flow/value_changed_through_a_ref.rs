use pumped::prelude::*;

struct Cache(u32);

impl Cache {
    fn add(&mut self) {
        self.0 += 1;
    }
}

#[executor]
fn cache() -> Cache {
    Cache(0)
}

#[flow]
fn add(cache: Ref<'_, cache>) {
    cache.add();
}

fn main() {
    let _ = Scope::new().exec(add());
}
