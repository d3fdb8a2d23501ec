use pumped::prelude::*;

#[flow]
fn serve() -> ! {
    loop {}
}

fn main() {
    let _ = Scope::new().exec(serve());
}
