use pumped::prelude::*;

struct SearchResult;

#[executor]
fn config() -> SearchResult {
    SearchResult
}

fn main() {}
