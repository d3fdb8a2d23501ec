//! Other reactive libraries and containers beside pumped, for the feature `peers`.
//!
//! A [`Row`] is one piece of work, done by several [`Contestant`]s, each of which is
//! written as its own documentation has it. All of them have to return what the row
//! expects. The first is written by hand, safe between threads where pumped is: every
//! other is measured as a ratio to it.

mod containers;
mod reactive;

use std::hint::black_box;
use std::sync::OnceLock;
use std::time::Instant;

use crate::allocations::{self, Allocated};
use crate::timing::median;
use crate::workload::Run;

/// One piece of work.
pub struct Row {
    /// A name for the command line.
    pub name: &'static str,
    /// What the work is.
    pub what: &'static str,
    /// The table in which it stands.
    pub family: Family,
    /// What its run of this number returns; runs are numbered from one.
    pub expected: fn(u64) -> u64,
    /// Those who do it, the one by hand first.
    pub contestants: Vec<Contestant>,
}

/// What is compared with what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// Values that are built once.
    Containers,
    /// Values that follow others.
    Reactive,
}

/// One that does the work of a row.
pub struct Contestant {
    /// Who it is.
    pub who: &'static Who,
    /// What it leaves out in this row.
    pub not: &'static str,
    /// How to run it.
    pub make: Box<dyn Fn() -> Box<dyn Run>>,
}

impl Contestant {
    fn new(
        who: &'static Who,
        not: &'static str,
        make: impl Fn() -> Box<dyn Run> + 'static,
    ) -> Self {
        Self { who, not, make: Box::new(make) }
    }
}

/// A library, or a way to write it by hand.
#[derive(Debug)]
pub struct Who {
    /// Its name: that of the crate, if it is one.
    pub name: &'static str,
    /// Whether it is a crate other than pumped.
    pub is_peer: bool,
    /// Whether its graph can be used by several threads at once.
    pub threads: Threads,
    /// What kind it is, and what it does not do in any row.
    pub about: &'static str,
}

/// What all of this is about.
static PUMPED: Who = Who { name: "pumped", is_peer: false, threads: Threads::Many, about: "" };

/// How many threads may use a graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Threads {
    /// Several.
    Many,
    /// Only that which has made it.
    One,
}

/// All rows, in the order in which they run and stand in the tables. What runs on two
/// threads is last: from then on, an update has to look at these threads, too.
#[must_use]
pub fn rows() -> Vec<Row> {
    let mut rows = containers::rows();
    rows.extend(reactive::rows());
    rows
}

impl Row {
    /// Runs everybody a few times.
    ///
    /// # Panics
    ///
    /// If one of them does not return what is expected.
    pub fn assert_expected(&self) {
        for contestant in &self.contestants {
            let mut run = (contestant.make)();
            for number in 1..=3 {
                let (read, expected) = (run.run(), (self.expected)(number));
                assert_eq!(read, expected, "{} by {}", self.name, contestant.who.name);
            }
        }
    }
}

/// Alternately an update, which counts, and a read, which does not: so that each
/// update finds everything as it is after a read.
struct Updates<S> {
    state: S,
    number: u64,
    update: fn(&mut S, u64),
    read: fn(&mut S) -> u64,
}

impl<S: 'static> Updates<S> {
    fn boxed(state: S, update: fn(&mut S, u64), read: fn(&mut S) -> u64) -> Box<dyn Run> {
        Box::new(Self { state, number: 0, update, read })
    }

    fn update(&mut self) {
        self.number += 1;
        (self.update)(&mut self.state, self.number);
    }
}

impl<S: 'static> Run for Updates<S> {
    fn run(&mut self) -> u64 {
        self.update();
        (self.read)(&mut self.state)
    }

    fn each(&mut self, times: u32, measured: &mut dyn FnMut(&mut dyn FnMut() -> u64)) {
        for _ in 0..times {
            measured(&mut || {
                self.update();
                0
            });
            black_box((self.read)(&mut self.state));
        }
    }

    /// Each update is timed by itself, less what that costs.
    fn time(&mut self, times: u32) -> f64 {
        let mut taken = -f64::from(times) * clock();
        self.each(times, &mut |update| {
            let start = Instant::now();
            black_box(update());
            taken += start.elapsed().as_secs_f64();
        });
        taken.max(f64::EPSILON)
    }

    fn allocated(&mut self) -> Allocated {
        let mut allocated = Allocated::default();
        self.each(1, &mut |update| allocated = allocations::of_this_thread(update).1);
        allocated
    }
}

/// What it costs to look at the clock twice.
fn clock() -> f64 {
    static CLOCK: OnceLock<f64> = OnceLock::new();
    *CLOCK.get_or_init(|| {
        let looks: Vec<_> = (0..1001).map(|_| Instant::now().elapsed().as_secs_f64()).collect();
        median(&looks)
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{Threads, rows};

    /// All of it in one test: one of the peers is not to be used by two threads, not
    /// even for two graphs.
    #[test]
    fn everybody_returns_what_is_expected() {
        let mut names = HashSet::new();
        for row in rows() {
            assert!(names.insert(row.name), "{} twice", row.name);
            let first = row.contestants[0].who;
            assert!(!first.is_peer && first.threads == Threads::Many, "{}", row.name);
            let mut who = HashSet::new();
            for contestant in &row.contestants {
                assert!(who.insert(contestant.who.name), "{} twice", contestant.who.name);
            }
            assert!(who.contains("pumped"), "{} without pumped", row.name);
            row.assert_expected();
        }
    }
}
