//! The root executions that a scope remembers.

use std::collections::VecDeque;

use super::log::Log;
use crate::sync::Mutex;
use crate::tree::{ExecutionTree, Root};

/// The last root executions with all that is below them: bounded by roots, and by nodes
/// of all roots together.
pub(crate) struct History {
    roots: usize,
    nodes: usize,
    kept: Mutex<Kept>,
}

struct Kept {
    roots: VecDeque<std::sync::Arc<Root>>,
    nodes: usize,
}

impl History {
    pub(super) fn new(roots: usize, nodes: usize) -> Self {
        let kept = Mutex::new(Kept { roots: VecDeque::new(), nodes: 0 });
        Self { roots, nodes: nodes.max(1), kept }
    }

    /// How many nodes may be kept, of one root or of all.
    pub(super) fn nodes(&self) -> usize {
        self.nodes
    }

    /// Keeps a root that has ended, and lets go of the oldest ones beyond the bounds.
    pub(super) fn keep(&self, log: Log) {
        let ended = log.finish();
        if ended.nodes.is_empty() {
            return;
        }
        let new = Root::new(ended.nodes, ended.dropped);
        let mut gone = Vec::new();
        let mut kept = self.kept.lock();
        kept.nodes += new.len();
        kept.roots.push_back(std::sync::Arc::new(new));
        while kept.roots.len() > self.roots || kept.nodes > self.nodes {
            let Some(oldest) = kept.roots.pop_front() else { break };
            kept.nodes -= oldest.len();
            gone.push(oldest);
        }
        drop(kept);
        // They hold tags, which are the user's.
        drop(gone);
    }

    pub(crate) fn tree(&self) -> ExecutionTree {
        ExecutionTree::new(self.kept.lock().roots.iter().cloned().collect())
    }
}
