//! `ResolveCtxAllocation`: base -> dependent -> last, three strings.

use std::sync::OnceLock;

use pumped::{Dep, executor};

use super::cold_run;
use crate::workload::{PumpedGo, Workload, run};

pub(super) const WORKLOADS: &[Workload] = &[
    Workload {
        name: "ResolveCtxAllocation",
        what: "fresh scope, chain of three strings",
        pumped_go: Some(PumpedGo { allocations: 26, bytes: 1_078 }),
        allocations: Some(5),
        ours: || run(ours),
        beside: COLD,
    },
];

/// The first string.
#[executor]
fn base() -> String {
    "base".to_owned()
}

/// The second.
#[executor]
fn dependent(base: Dep<base>) -> String {
    [base.as_str(), "-dependent"].concat()
}

/// The third.
#[executor]
fn last(dependent: Dep<dependent>) -> String {
    [dependent.as_str(), "-final"].concat()
}

/// The chain by hand.
#[derive(Default)]
struct App {
    base: OnceLock<String>,
    dependent: OnceLock<String>,
    last: OnceLock<String>,
}

impl App {
    fn base(&self) -> &str {
        self.base.get_or_init(|| "base".to_owned())
    }

    fn dependent(&self) -> &str {
        self.dependent.get_or_init(|| [self.base(), "-dependent"].concat())
    }

    fn last(&self) -> &str {
        self.last.get_or_init(|| [self.dependent(), "-final"].concat())
    }
}

cold_run!(
    App,
    |scope| std::hint::black_box(scope.get::<last>().unwrap().as_str()).len() as u64,
    |app| std::hint::black_box(app.last()).len() as u64
);
