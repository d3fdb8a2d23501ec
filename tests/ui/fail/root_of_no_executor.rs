use pumped::prelude::*;

struct App;

fn main() {
    let _ = App;
    let _ = Scope::builder().root::<App>().build();
}
