//! `SimpleResolution`: one executor.

use std::hint::black_box;
use std::sync::OnceLock;

use pumped::executor;

use super::cold_run;
use crate::workload::{PumpedGo, Workload, run};

pub(super) const WORKLOADS: &[Workload] = &[
    Workload {
        name: "SimpleResolution",
        what: "fresh scope, one executor",
        pumped_go: Some(PumpedGo { allocations: 14, bytes: 976 }),
        allocations: Some(2),
        ours: || run(ours),
        beside: COLD,
    },
];

/// The one value.
#[executor]
fn answer() -> u64 {
    black_box(42)
}

/// The value by hand.
#[derive(Default)]
struct App {
    answer: OnceLock<u64>,
}

impl App {
    fn answer(&self) -> &u64 {
        self.answer.get_or_init(|| black_box(42))
    }
}

cold_run!(App, |scope| *scope.get::<answer>().unwrap(), |app| *app.answer());
