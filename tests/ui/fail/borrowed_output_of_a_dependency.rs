use pumped::prelude::*;

struct Config {
    url: String,
}

#[executor]
fn config() -> Config {
    Config { url: "app.db".into() }
}

#[executor]
fn url(config: Dep<config>) -> &str {
    &config.url
}

fn main() {
    let _ = Scope::new().get::<url>();
}
