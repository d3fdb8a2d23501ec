//! An update while two hundred threads are alive that have read live values. Each
//! leaves a node in a list of `arc-swap`'s that is never freed, and every swap of a
//! value goes through it: so these come last, and what follows in the same process
//! would update more slowly.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use arc_swap::ArcSwap;

use super::reactive::{CELLS, Cells, Ours};
use crate::threads::Waiting;
use crate::workload::{Beside, Workload, numbered};

pub(super) const WORKLOADS: &[Workload] = &[Workload {
    name: "UpdateInCrowd",
    what: "update below 1 + 10, 200 threads have read",
    pumped_go: None,
    allocations: Some(1),
    ours: || {
        let crowd = crowd();
        let ours = Ours::new();
        numbered(move |value| {
            let _crowd = &crowd;
            ours.update(value);
            value
        })
    },
    beside: &[
        Beside {
            what: CELLS,
            goal: None,
            run: || {
                let crowd = crowd();
                let cells = Cells::default();
                numbered(move |value| {
                    let _crowd = &crowd;
                    cells.update(value);
                    value
                })
            },
        },
        Beside {
            what: "`ArcSwap::store`, with the same threads",
            goal: None,
            run: || {
                let crowd = crowd();
                let swap = ArcSwap::new(Arc::new(0));
                numbered(move |value| {
                    let _crowd = &crowd;
                    swap.store(Arc::new(value));
                    value
                })
            },
        },
    ],
}];

const THREADS: usize = 200;

/// The threads; one crowd, however many runs need it.
fn crowd() -> Arc<Waiting> {
    static CROWD: Mutex<Weak<Waiting>> = Mutex::new(Weak::new());
    let mut crowd = CROWD.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(threads) = crowd.upgrade() {
        return threads;
    }
    let ours = Ours::new();
    let threads = Arc::new(Waiting::new(THREADS, move || ours.read()));
    *crowd = Arc::downgrade(&threads);
    threads
}
