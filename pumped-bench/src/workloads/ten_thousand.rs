//! Random reads among 10,000 executors, and among 10,000 `OnceLock` fields: both
//! through a table of function pointers.

use std::hint::black_box;
use std::sync::OnceLock;

use pumped::{Scope, executor};

use crate::workload::{Beside, Workload, run};

pub(super) const WORKLOADS: &[Workload] = &[
    Workload {
        name: "WarmGetRandom",
        what: "warm get, at random among 10,000",
        pumped_go: None,
        allocations: Some(0),
        ours: || {
            let ours = Ours::new();
            run(move || ours.read_all())
        },
        beside: &[Beside {
            what: "10,000 `OnceLock` fields",
            goal: Some(1.5),
            run: || {
                let hand = Hand::new();
                run(move || hand.read_all())
            },
        }],
    },
];

include!(concat!(env!("OUT_DIR"), "/ten_thousand.rs"));

/// A warm scope, and an order in which to read.
struct Ours {
    scope: Scope,
    order: Vec<u16>,
}

/// Warm fields, and the same order.
struct Hand {
    fields: Box<Fields>,
    order: Vec<u16>,
}

/// All numbers below 10,000, shuffled, the same way each time.
fn shuffled() -> Vec<u16> {
    let mut order: Vec<u16> = (0..).take(OURS.len()).collect();
    let mut state: u64 = 0x9e37_79b9_7f4a_7c15;
    for at in (1..order.len()).rev() {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let other = usize::try_from(state >> 40).unwrap_or_default() % (at + 1);
        order.swap(at, other);
    }
    order
}

macro_rules! side {
    ($side:ident, $from:ident = $new:expr, $table:ident) => {
        impl $side {
            /// Everything resolved, in the order of declaration.
            fn new() -> Self {
                let side = Self { $from: $new, order: shuffled() };
                for (value, read) in (0..).zip(&$table) {
                    assert_eq!(read(&side.$from), value);
                }
                side
            }

            /// Reads all 10,000 in random order.
            fn read_all(&self) -> u64 {
                let from = black_box(&self.$from);
                let table = black_box(&$table);
                let mut sum = 0;
                for &at in &self.order {
                    sum += table[usize::from(at)](from);
                }
                sum
            }
        }
    };
}

side!(Ours, scope = Scope::new(), OURS);
side!(Hand, fields = Box::default(), HAND);
