//! `StressTest`: a hundred threads, each with a scope of its own in which it reads
//! fifty strings ten times.

use std::sync::OnceLock;
use std::thread;

use pumped::{Scope, executor};

use crate::threads::Spawning;
use crate::workload::{Beside, PumpedGo, Workload};

pub(super) const WORKLOADS: &[Workload] = &[
    Workload {
        name: "StressTest",
        what: "100 threads with a scope each, 50 strings, 10 gets",
        pumped_go: Some(PumpedGo { allocations: 47_788, bytes: 2_078_798 }),
        allocations: Some(5_900),
        ours: || Box::new(Spawning(|| in_threads(ours))),
        beside: &[Beside {
            what: "fields on the stack of each thread",
            goal: None,
            run: || Box::new(Spawning(|| in_threads(hand))),
        }],
    },
];

const THREADS: usize = 100;
const READS: usize = 10;

macro_rules! strings {
    ($($name:ident)*) => {
        $(
            /// A string.
            #[executor]
            fn $name() -> String {
                concat!("executor-", stringify!($name)).to_owned()
            }
        )*

        /// The strings by hand.
        #[derive(Default)]
        struct App {
            $($name: OnceLock<String>,)*
        }

        impl App {
            $(
                fn $name(&self) -> &str {
                    self.$name.get_or_init(|| concat!("executor-", stringify!($name)).to_owned())
                }
            )*
        }

        /// What one thread does.
        fn ours() -> u64 {
            let scope = Scope::new();
            let mut length = 0;
            for _ in 0..READS {
                $(length += scope.get::<$name>().unwrap().len() as u64;)*
            }
            length
        }

        /// The same by hand.
        fn hand() -> u64 {
            let app = App::default();
            let mut length = 0;
            for _ in 0..READS {
                $(length += app.$name().len() as u64;)*
            }
            length
        }
    };
}

strings! {
    s01 s02 s03 s04 s05 s06 s07 s08 s09 s10 s11 s12 s13 s14 s15 s16 s17 s18 s19 s20 s21 s22 s23 s24 s25
    s26 s27 s28 s29 s30 s31 s32 s33 s34 s35 s36 s37 s38 s39 s40 s41 s42 s43 s44 s45 s46 s47 s48 s49 s50
}

/// Runs `one` on a hundred threads, and adds up what they return.
fn in_threads(one: fn() -> u64) -> u64 {
    let threads: Vec<_> = (0..THREADS).map(|_| thread::spawn(one)).collect();
    let results = threads.into_iter().map(|thread| thread.join().unwrap());
    results.sum()
}
