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

#[executor]
fn length(url: Dep<url>) -> usize {
    url.len()
}

fn main() {
    let _ = Scope::new().get::<url>().unwrap().to_uppercase();
}
