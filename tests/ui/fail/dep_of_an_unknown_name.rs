// The body uses what it would be, and has nothing to add.
use pumped::prelude::*;

#[executor]
fn server(config: Dep<confg>) -> String {
    let url: &str = &config.url;
    config.open(url)
}

fn main() {}
