//! `WideDependencyGraph`: fifty dependents of one base, each of them read.

use std::hint::black_box;
use std::sync::OnceLock;

use pumped::{Dep, executor};

use super::cold_run;
use crate::workload::{PumpedGo, Workload, run};

pub(super) const WORKLOADS: &[Workload] = &[
    Workload {
        name: "WideDependencyGraph",
        what: "fresh scope, 50 dependents of one base",
        pumped_go: Some(PumpedGo { allocations: 582, bytes: 26_266 }),
        allocations: Some(6),
        ours: || run(ours),
        beside: COLD,
    },
];

/// What all depend on.
#[executor]
fn base() -> u64 {
    black_box(1)
}

macro_rules! dependents {
    ($($name:ident = $number:literal)*) => {
        /// The graph by hand.
        #[derive(Default)]
        struct App {
            base: OnceLock<u64>,
            $($name: OnceLock<u64>,)*
        }

        impl App {
            fn base(&self) -> &u64 {
                self.base.get_or_init(|| black_box(1))
            }
        }

        $(
            /// A dependent.
            #[executor]
            fn $name(base: Dep<base>) -> u64 {
                *base + $number
            }

            impl App {
                fn $name(&self) -> &u64 {
                    self.$name.get_or_init(|| *self.base() + $number)
                }
            }
        )*

        cold_run!(
            App,
            |scope| 0 $(+ *scope.get::<$name>().unwrap())*,
            |app| 0 $(+ *app.$name())*
        );
    };
}

dependents! {
    d01 = 1 d02 = 2 d03 = 3 d04 = 4 d05 = 5 d06 = 6 d07 = 7 d08 = 8 d09 = 9 d10 = 10
    d11 = 11 d12 = 12 d13 = 13 d14 = 14 d15 = 15 d16 = 16 d17 = 17 d18 = 18 d19 = 19 d20 = 20
    d21 = 21 d22 = 22 d23 = 23 d24 = 24 d25 = 25 d26 = 26 d27 = 27 d28 = 28 d29 = 29 d30 = 30
    d31 = 31 d32 = 32 d33 = 33 d34 = 34 d35 = 35 d36 = 36 d37 = 37 d38 = 38 d39 = 39 d40 = 40
    d41 = 41 d42 = 42 d43 = 43 d44 = 44 d45 = 45 d46 = 46 d47 = 47 d48 = 48 d49 = 49 d50 = 50
}
