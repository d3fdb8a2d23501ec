//! The rules of live values over random graphs in which some executors are async: reads
//! that go on side by side, reads that are dropped halfway, and changes meanwhile.

#[path = "random_graphs_async/checks.rs"]
mod checks;
#[path = "random_graphs/graph.rs"]
mod graph;
#[path = "random_graphs_async/ops.rs"]
mod ops;
#[path = "random_graphs_async/oracle.rs"]
mod oracle;
#[path = "random_graphs_async/pair.rs"]
mod pair;
#[path = "random_graphs/port.rs"]
mod port;
#[path = "random_graphs_async/recorder.rs"]
mod recorder;
#[path = "random_graphs_async/single.rs"]
mod single;
#[path = "random_graphs_async/universe.rs"]
mod universe;
#[path = "random_graphs_async/value.rs"]
mod value;
