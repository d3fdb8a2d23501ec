//! Cycles that are made at run time, through lazy handles and controllers: who
//! waits for whom, across threads and scopes.
//!
//! An attempt that is about to block adds an edge from itself, and from every
//! attempt that it runs inside of, to the attempt that it waits for. If the edges
//! already lead back, waiting would never end: that is the error.

use std::sync::{Mutex, PoisonError};

use crate::current::{self, AttemptKey};
use crate::error::ResolveError;
use crate::node::Node;

/// An attempt, and whose it is.
type Stop = (AttemptKey, &'static Node);

struct Edge {
    /// The number of the wait that it belongs to.
    wait: u64,
    from: Stop,
    to: Stop,
}

struct Edges {
    all: Vec<Edge>,
    waits: u64,
}

static EDGES: Mutex<Edges> = Mutex::new(Edges { all: Vec::new(), waits: 0 });

/// The edges of one wait; they go when it ends, wherever that is.
pub(crate) struct Wait {
    number: Option<u64>,
}

/// Says that this thread is about to wait for the attempt `to` on `node`.
///
/// Call it while the attempt cannot finish (under its scope's lock).
pub(crate) fn wait_for(to: AttemptKey, node: &'static Node) -> Result<Wait, ResolveError> {
    if !current::is_attempting() {
        return Ok(Wait { number: None });
    }
    let mut mine: Vec<Stop> = Vec::new();
    current::find(|frame| {
        if let Some(node) = frame.node().filter(|_| frame.is_attempt()) {
            mine.push((frame.key(), node));
        }
        None::<()>
    });
    let mut edges = EDGES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(way) = way_back(&edges.all, (to, node), &mine) {
        // What this thread runs adds itself as the error goes up, as with any other.
        return Err(ResolveError::cycle(way.iter().map(|(_, node)| node.name()).collect()));
    }
    edges.waits += 1;
    let wait = edges.waits;
    edges.all.extend(mine.into_iter().map(|from| Edge { wait, from, to: (to, node) }));
    Ok(Wait { number: Some(wait) })
}

/// A way from `start` to one of `mine`, both included.
fn way_back(edges: &[Edge], start: Stop, mine: &[Stop]) -> Option<Vec<Stop>> {
    // Stops, and from which of them each was reached.
    let mut seen: Vec<(Stop, usize)> = vec![(start, 0)];
    let mut at = 0;
    while at < seen.len() {
        let (stop, _) = seen[at];
        if mine.iter().any(|(key, _)| *key == stop.0) {
            let mut way = vec![stop];
            while at != 0 {
                at = seen[at].1;
                way.push(seen[at].0);
            }
            way.reverse();
            return Some(way);
        }
        for edge in edges.iter().filter(|edge| edge.from.0 == stop.0) {
            if seen.iter().all(|((key, _), _)| *key != edge.to.0) {
                seen.push((edge.to, at));
            }
        }
        at += 1;
    }
    None
}

impl Drop for Wait {
    fn drop(&mut self) {
        if let Some(number) = self.number {
            let mut edges = EDGES.lock().unwrap_or_else(PoisonError::into_inner);
            edges.all.retain(|edge| edge.wait != number);
        }
    }
}
