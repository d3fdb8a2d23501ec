use pumped::prelude::*;
use std::sync::Arc;

struct Config {
    limit: u8,
}

#[flow]
fn limit(config: Arc<Config>, at_most: Option<u8>) -> u8 {
    config.limit.min(at_most.unwrap_or(u8::MAX))
}

fn main() {
    let config = Arc::new(Config { limit: 3 });
    let _ = Scope::new().exec(limit(config, None));
}
