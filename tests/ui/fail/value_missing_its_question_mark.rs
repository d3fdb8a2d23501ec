use pumped::prelude::*;

struct Config {
    url: String,
}

#[executor]
fn config() -> Config {
    Config { url: "app.db".into() }
}

fn main() {
    let scope = Scope::new();
    let config = scope.get::<config>();
    let _ = config.url.len();
}
