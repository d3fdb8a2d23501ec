use pumped::prelude::*;

struct Config {
    url: String,
}

#[executor]
fn config() -> Config {
    Config { url: "app.db".into() }
}

#[executor]
fn url(config: Dep<config>) -> String {
    config.url
}

fn main() {}
