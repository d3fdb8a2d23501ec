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
#[path = "random_graphs/port.rs"]
mod port;
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
