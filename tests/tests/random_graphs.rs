//! The rules of live values over random graphs: random executors with random edges of
//! all kinds, compared with a model that knows nothing of how the runtime does it.

#[path = "random_graphs/arena.rs"]
mod arena;
#[path = "random_graphs/checks.rs"]
mod checks;
#[path = "random_graphs/graph.rs"]
mod graph;
#[path = "random_graphs/model.rs"]
mod model;
#[path = "random_graphs/ops.rs"]
mod ops;
#[path = "random_graphs/pair.rs"]
mod pair;
#[path = "random_graphs/recorder.rs"]
mod recorder;
#[path = "random_graphs/single.rs"]
mod single;
#[path = "random_graphs/tally.rs"]
mod tally;
#[path = "random_graphs/threads.rs"]
mod threads;
#[path = "random_graphs/universe.rs"]
mod universe;
#[path = "random_graphs/value.rs"]
mod value;
#[path = "random_graphs/worker.rs"]
mod worker;

/// How many cases a test runs, unless `PROPTEST_CASES` asks for some number, of which it
/// runs a share.
fn cases(default: u32, share: u32) -> u32 {
    match std::env::var("PROPTEST_CASES") {
        Ok(cases) => (cases.parse::<u32>().expect("a number of cases") / share).max(1),
        Err(_) => default,
    }
}
