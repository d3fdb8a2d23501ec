//! `ComplexDependencyGraph`: one base, three above it, six that combine two of
//! these each, and one that combines the six.

use std::hint::black_box;
use std::sync::OnceLock;

use pumped::{Dep, executor};

use super::cold_run;
use crate::workload::{PumpedGo, Workload, run};

pub(super) const WORKLOADS: &[Workload] = &[
    Workload {
        name: "ComplexDependencyGraph",
        what: "fresh scope, graph of 1, 3, 6, 1",
        pumped_go: Some(PumpedGo { allocations: 113, bytes: 4_749 }),
        allocations: Some(3),
        ours: || run(ours),
        beside: COLD,
    },
];

/// Each node with its dependencies, and its value as a sum of them.
macro_rules! graph {
    ($($name:ident($($below:ident),*) = $number:expr;)*) => {
        /// The graph by hand.
        #[derive(Default)]
        struct App {
            $($name: OnceLock<u64>,)*
        }

        $(
            /// A node.
            #[executor]
            fn $name($($below: Dep<$below>),*) -> u64 {
                $number $(+ *$below)*
            }

            impl App {
                fn $name(&self) -> &u64 {
                    self.$name.get_or_init(|| $number $(+ *self.$below())*)
                }
            }
        )*
    };
}

graph! {
    base() = black_box(1);
    a1(base) = 1;
    a2(base) = 2;
    a3(base) = 3;
    b1(a1, a2) = 0;
    b2(a2, a3) = 0;
    b3(a3, a1) = 0;
    b4(a1, a2) = 0;
    b5(a2, a3) = 0;
    b6(a3, a1) = 0;
    total(b1, b2, b3, b4, b5, b6) = 0;
}

cold_run!(App, |scope| *scope.get::<total>().unwrap(), |app| *app.total());
