//! The nodes of one root execution, while it runs.

use crate::sorted::by_rank;
use crate::sync::Mutex;
use crate::tree::ExecutionNode;

/// Collects what has ended below a root: at most about twice as much as may be kept.
pub(crate) struct Log {
    limit: usize,
    nodes: Mutex<Ended>,
}

/// Nodes in the order in which they ended, so a parent comes after its children.
pub(super) struct Ended {
    pub(super) nodes: Vec<ExecutionNode>,
    pub(super) dropped: usize,
}

impl Log {
    pub(super) fn new(limit: usize) -> Self {
        Self { limit, nodes: Mutex::new(Ended { nodes: Vec::new(), dropped: 0 }) }
    }

    pub(super) fn push(&self, node: ExecutionNode) {
        let mut ended = self.nodes.lock();
        ended.nodes.push(node);
        if ended.nodes.len() > self.limit.saturating_mul(2) {
            let dropped = ended.prune(self.limit);
            drop(ended);
            // They hold tags, which are the user's.
            drop(dropped);
        }
    }

    /// All that is to be kept.
    pub(super) fn finish(self) -> Ended {
        let mut ended = self.nodes.into_inner();
        drop(ended.prune(self.limit));
        ended
    }
}

impl Ended {
    /// Keeps the `limit` nodes that are nearest to the root, of one level those that
    /// ended first, and returns the others. The parent of what is kept is kept, or has
    /// not ended yet.
    fn prune(&mut self, limit: usize) -> Vec<ExecutionNode> {
        if self.nodes.len() <= limit {
            return Vec::new();
        }
        let depths: Vec<u64> = self.nodes.iter().map(|node| u64::from(node.depth())).collect();
        let mut is_kept = vec![false; self.nodes.len()];
        for &at in &by_rank(&depths)[..limit] {
            is_kept[at] = true;
        }
        let mut kept = is_kept.into_iter();
        let (kept, dropped): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.nodes).into_iter().partition(|_| kept.next() == Some(true));
        self.nodes = kept;
        self.dropped += dropped.len();
        dropped
    }
}
