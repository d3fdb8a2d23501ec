use pumped::prelude::*;

struct Config;

fn main() {
    let _ = Scope::builder().preset::<Config>(Config).build();
}
