//! `DeepDependencyChain`: a chain of twenty.

use super::{cold_run, number_chain};
use crate::workload::{PumpedGo, Workload, run};

pub(super) const WORKLOADS: &[Workload] = &[
    Workload {
        name: "DeepDependencyChain",
        what: "fresh scope, chain of 20",
        pumped_go: Some(PumpedGo { allocations: 229, bytes: 10_669 }),
        allocations: Some(4),
        ours: || run(ours),
        beside: COLD,
    },
];

number_chain!(App: n01 n02 n03 n04 n05 n06 n07 n08 n09 n10 n11 n12 n13 n14 n15 n16 n17 n18 n19 n20);

cold_run!(App, |scope| *scope.get::<n20>().unwrap(), |app| *app.n20());
