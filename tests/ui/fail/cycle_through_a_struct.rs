use pumped::prelude::*;

#[executor]
struct Orders {
    users: Dep<Users>,
}

#[executor]
struct Users {
    orders: Dep<Orders>,
}

fn main() {
    let scope = Scope::new();
    let _ = &scope.get::<Orders>().unwrap().users.orders;
}
