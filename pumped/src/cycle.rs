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

struct Edge {
    from: (AttemptKey, &'static Node),
    to: (AttemptKey, &'static Node),
}

static EDGES: Mutex<Vec<Edge>> = Mutex::new(Vec::new());

/// The edges of one wait; they go when it ends.
pub(crate) struct Wait {
    to: Option<AttemptKey>,
}

/// Says that this thread is about to wait for the attempt `to` on `node`.
///
/// Call it while the attempt cannot finish (under its scope's lock).
pub(crate) fn wait_for(to: AttemptKey, node: &'static Node) -> Result<Wait, ResolveError> {
    if !current::is_attempting() {
        return Ok(Wait { to: None });
    }
    let mut mine: Vec<(AttemptKey, &'static Node)> = Vec::new();
    current::find(|frame| {
        if frame.is_attempt() {
            mine.push((frame.key(), frame.node()));
        }
        None::<()>
    });
    // Outermost first, as a path reads.
    mine.reverse();
    let mut edges = EDGES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((back, way)) = way_back(&edges, (to, node), &mine) {
        let names = mine[back..].iter().chain(&way).map(|(_, node)| node.name()).collect();
        return Err(ResolveError::cycle(names));
    }
    edges.extend(mine.into_iter().map(|from| Edge { from, to: (to, node) }));
    Ok(Wait { to: Some(to) })
}

type Stop = (AttemptKey, &'static Node);

/// A way from `start` to one of `mine`: its position there, and the stops.
fn way_back(edges: &[Edge], start: Stop, mine: &[Stop]) -> Option<(usize, Vec<Stop>)> {
    let mut seen: Vec<(Stop, usize)> = vec![(start, 0)];
    let mut at = 0;
    while at < seen.len() {
        let (stop, _) = seen[at];
        if let Some(back) = mine.iter().position(|(key, _)| *key == stop.0) {
            let mut way = Vec::new();
            let mut step = at;
            loop {
                way.push(seen[step].0);
                if step == 0 {
                    break;
                }
                step = seen[step].1;
            }
            way.reverse();
            return Some((back, way));
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
        let Some(to) = self.to else { return };
        let mut mine = Vec::new();
        current::find(|frame| {
            mine.push(frame.key());
            None::<()>
        });
        let mut edges = EDGES.lock().unwrap_or_else(PoisonError::into_inner);
        edges.retain(|edge| edge.to.0 != to || !mine.contains(&edge.from.0));
    }
}
