use pumped::prelude::*;

struct SearchResult;

#[flow]
fn search(#[input] word: &str) -> SearchResult {
    let _ = word;
    SearchResult
}

fn main() {
    let _ = Scope::new().exec(search("a"));
}
