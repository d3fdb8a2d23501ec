//! `ConcurrentResolutions`: ten warm chains of five, read on all cores at once.

use pumped::Scope;

use crate::threads::{Parallel, cores};
use crate::workload::{Beside, PumpedGo, Workload};

pub(super) const WORKLOADS: &[Workload] = &[
    Workload {
        name: "ConcurrentResolutions",
        what: "ten warm chains of five, on all cores",
        pumped_go: Some(PumpedGo { allocations: 0, bytes: 0 }),
        allocations: Some(0),
        ours: || {
            let scope = Scope::new();
            ours(&scope);
            Parallel::boxed(cores(), ROUNDS, move |_| ours(&scope))
        },
        beside: &[Beside {
            what: "ten structs of `OnceLock` fields",
            goal: None,
            run: || {
                let app = Hand::default();
                hand(&app);
                Parallel::boxed(cores(), ROUNDS, move |_| hand(&app))
            },
        }],
    },
];

/// Enough that threads which begin together also read together.
const ROUNDS: u32 = 10_000;

/// A module for each chain, of which the last link is read.
macro_rules! chains {
    ($($chain:ident)*) => {
        $(
            /// A chain.
            mod $chain {
                crate::workloads::number_chain!(App: n1 n2 n3 n4 n5);
            }
        )*

        /// The ten chains by hand.
        #[derive(Default)]
        struct Hand {
            $($chain: $chain::App,)*
        }

        /// The ends of all chains.
        fn ours(scope: &Scope) -> u64 {
            let scope = std::hint::black_box(scope);
            0 $(+ *scope.get::<$chain::n5>().unwrap())*
        }

        /// The same by hand.
        fn hand(app: &Hand) -> u64 {
            let app = std::hint::black_box(app);
            0 $(+ *app.$chain.n5())*
        }
    };
}

chains! { c0 c1 c2 c3 c4 c5 c6 c7 c8 c9 }
