//! `ConcurrentResolutions`: ten warm chains of five, read on all cores at once.

use std::hint::black_box;
use std::thread;

use pumped::Scope;

use crate::allocations::{self, Allocated};

/// A module for each chain, of which the last link is read.
macro_rules! chains {
    ($($chain:ident)*) => {
        $(
            /// A chain.
            pub mod $chain {
                crate::workloads::number_chain!(App: n1 n2 n3 n4 n5);
            }
        )*

        /// The ten chains by hand.
        #[derive(Default)]
        pub struct Hand {
            $($chain: $chain::App,)*
        }

        /// The ends of all chains.
        #[must_use]
        pub fn ours(scope: &Scope) -> u64 {
            0 $(+ *scope.get::<$chain::n5>().unwrap())*
        }

        /// The same by hand.
        #[must_use]
        pub fn hand(app: &Hand) -> u64 {
            0 $(+ *app.$chain.n5())*
        }
    };
}

chains! { c0 c1 c2 c3 c4 c5 c6 c7 c8 c9 }

/// Reads `rounds` times on each core; what the readers allocated.
pub fn on_all_cores(rounds: u32, read: impl Fn() -> u64 + Sync) -> Allocated {
    let expected = read();
    let cores = thread::available_parallelism().map_or(2, usize::from);
    let reader = || {
        let reading = || (0..rounds).all(|_| black_box(read()) == expected);
        let (same, allocated) = allocations::of_this_thread(reading);
        assert!(same);
        allocated
    };
    let mut total = Allocated::default();
    thread::scope(|threads| {
        let readers: Vec<_> = (0..cores).map(|_| threads.spawn(reader)).collect();
        for reader in readers {
            total += reader.join().unwrap();
        }
    });
    total
}
