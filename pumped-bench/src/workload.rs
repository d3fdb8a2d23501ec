//! What a workload is: data that the reports, the chart, criterion and callgrind
//! all read. None of them knows a workload by name, so a new one needs no more than
//! its own file and its line in [`ALL`](crate::workloads::ALL).

use std::hint::black_box;
use std::time::Instant;

use crate::allocations::{self, Allocated};

/// One operation, done with pumped and done by hand.
pub struct Workload {
    /// What pumped-go's report calls it, or a name of ours in the same style.
    pub name: &'static str,
    /// What the operation is. It labels the chart, so it is short.
    pub what: &'static str,
    /// What the operation costs in pumped-go.
    pub pumped_go: Option<PumpedGo>,
    /// How many allocations it may cost; without a goal they are not reported.
    pub allocations: Option<u64>,
    /// With pumped.
    pub ours: Make,
    /// What its time is compared with. The first is what one would write by hand, and
    /// does the same; both sides have to return the same values.
    pub beside: &'static [Beside],
}

/// What pumped-go's own report says of an operation.
#[derive(Clone, Copy, Debug)]
pub struct PumpedGo {
    /// Its allocations.
    pub allocations: u64,
    /// Its bytes.
    pub bytes: u64,
}

/// Something that stands beside pumped.
pub struct Beside {
    /// What it is.
    pub what: &'static str,
    /// How many times as long pumped may take.
    pub goal: Option<f64>,
    /// How to run it.
    pub run: Make,
}

/// Makes what an operation needs beforehand (a warm scope, threads that wait), and
/// the operation on it.
pub type Make = fn() -> Box<dyn Run>;

/// An operation that can be repeated.
pub trait Run {
    /// Does it once; what it has read.
    fn run(&mut self) -> u64;

    /// Does it as often as said, `measured` being what calls that which counts: all of
    /// it, unless something has to happen in between.
    fn each(&mut self, times: u32, measured: &mut dyn FnMut(&mut dyn FnMut() -> u64)) {
        for _ in 0..times {
            measured(&mut || self.run());
        }
    }

    /// The seconds that `times` runs take.
    fn time(&mut self, times: u32) -> f64 {
        let start = Instant::now();
        for _ in 0..times {
            black_box(self.run());
        }
        start.elapsed().as_secs_f64()
    }

    /// Whether other threads take part in it.
    fn has_threads(&self) -> bool {
        false
    }

    /// What one run allocates.
    fn allocated(&mut self) -> Allocated {
        allocations::of_this_thread(|| black_box(self.run())).1
    }
}

impl<F: FnMut() -> u64> Run for F {
    fn run(&mut self) -> u64 {
        self()
    }
}

/// A run of what can be called again and again.
pub fn run(f: impl FnMut() -> u64 + 'static) -> Box<dyn Run> {
    Box::new(f)
}

/// A run that is told how often it has run before, for what stores new values.
pub fn numbered(mut f: impl FnMut(u64) -> u64 + 'static) -> Box<dyn Run> {
    let mut number = 0;
    run(move || {
        number += 1;
        f(number)
    })
}

impl Workload {
    /// The sides that return the same values: pumped, and what is written by hand.
    #[must_use]
    pub fn sides(&self) -> [Box<dyn Run>; 2] {
        [(self.ours)(), (self.beside[0].run)()]
    }

    /// Runs both sides a few times; fails where they do not read the same.
    pub fn assert_same(&self) {
        let [mut ours, mut hand] = self.sides();
        for _ in 0..3 {
            assert_eq!(
                ours.run(),
                hand.run(),
                "{} differs from what is written by hand",
                self.name
            );
        }
    }
}
