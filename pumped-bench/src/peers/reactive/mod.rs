//! Values that follow others. The shapes are those of the benchmarks that such
//! libraries show of each other, with a read in the place of an effect.
//!
//! A library whose graphs are made of closures is a [`Library`], and gets its rows from
//! [`shapes`]: what is written there is what one writes with it, `f(below.get())` in the
//! closure of a memo. Salsa and pumped, whose graphs are functions, have files of their own.

/// Hands the names and numbers of nodes to a macro.
macro_rules! five {
    ($make:ident!) => {
        $make! { n1 = 1 n2 = 2 n3 = 3 n4 = 4 n5 = 5 }
    };
}

macro_rules! ten {
    ($make:ident!) => {
        $make! { n1 = 1 n2 = 2 n3 = 3 n4 = 4 n5 = 5 n6 = 6 n7 = 7 n8 = 8 n9 = 9 n10 = 10 }
    };
}

macro_rules! fifty {
    ($make:ident!) => {
        $make! {
            n01 = 1 n02 = 2 n03 = 3 n04 = 4 n05 = 5 n06 = 6 n07 = 7 n08 = 8
            n09 = 9 n10 = 10 n11 = 11 n12 = 12 n13 = 13 n14 = 14 n15 = 15 n16 = 16
            n17 = 17 n18 = 18 n19 = 19 n20 = 20 n21 = 21 n22 = 22 n23 = 23 n24 = 24
            n25 = 25 n26 = 26 n27 = 27 n28 = 28 n29 = 29 n30 = 30 n31 = 31 n32 = 32
            n33 = 33 n34 = 34 n35 = 35 n36 = 36 n37 = 37 n38 = 38 n39 = 39 n40 = 40
            n41 = 41 n42 = 42 n43 = 43 n44 = 44 n45 = 45 n46 = 46 n47 = 47 n48 = 48
            n49 = 49 n50 = 50
        }
    };
}

mod alien;
mod by_hand;
mod incremental_rs;
mod ours;
mod reactive_graph_rs;
mod salsa_rs;
mod shapes;
mod sycamore;

use std::hint::black_box;

use super::{Contestant, Family, Row, Threads};

/// How many reads are one run where a warm value is read.
const READS: u64 = 1_000;
/// How many runs of them one run of two threads is, so that they run side by side.
const LOOPS: u32 = 100;

/// A piece of work that all libraries do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    /// A value, one that follows it, ten that follow that one; all ten are read.
    Fan,
    /// Fifty, each of which follows the one before.
    Chain,
    /// Fifty that follow one value, and one that follows each.
    Broad,
    /// Five that follow one value, and their sum.
    Diamond,
    /// Ten, each of which follows the one before, and the sum of all.
    Triangle,
    /// Five in a chain, of which the second is always the same.
    Avoidable,
    /// A value that is read and does not change.
    Warm,
    /// The same on two threads.
    WarmTwoThreads,
    /// An update of what so many follow.
    Update(usize),
    /// An update, and a read of all that follow.
    UpdateAndRead(usize),
    /// A new graph of a value and a thousand that follow it, read once.
    Creation,
}

/// What each library does.
type Offer = fn(Shape) -> Contestant;

const OFFERS: &[Offer] = &[
    by_hand::many,
    by_hand::one,
    ours::offer,
    reactive_graph_rs::offer,
    salsa_rs::offer,
    sycamore::offer,
    incremental_rs::offer,
    alien::offer,
];

/// The sum of `v + 1`, …, `v + count`.
const fn sum(v: u64, count: u64) -> u64 {
    count * v + count * (count + 1) / 2
}

pub(super) fn rows() -> Vec<Row> {
    let row = |name, what, shape, expected: fn(u64) -> u64| Row {
        name,
        what,
        family: Family::Reactive,
        expected,
        contestants: OFFERS
            .iter()
            .map(|offer| offer(shape))
            .filter(|it| shape != Shape::WarmTwoThreads || it.who.threads == Threads::Many)
            .collect(),
    };
    vec![
        row("live-warm", "warm read of a value that follows another", Shape::Warm, |_| READS),
        row("fan", "fan: 1, 1, 10; set, read all 10", Shape::Fan, |v| sum(v + 1, 10)),
        row("chain-50", "chain of 50; set, read the last", Shape::Chain, |v| v + 50),
        row("broad-50", "50 followers, one more on each; set, read all 50", Shape::Broad, |v| {
            sum(v + 1, 50)
        }),
        row("diamond-5", "diamond of 5; set, read the sum", Shape::Diamond, |v| 5 * (v + 1)),
        row("triangle-10", "triangle of 10; set, read the sum", Shape::Triangle, |v| {
            sum(v - 1, 10)
        }),
        row("avoidable", "chain of 5, cut off at the second; set, read", Shape::Avoidable, |_| 6),
        row("update-10", "set below 10, which were read", Shape::Update(10), |v| sum(v, 10)),
        row("update-100", "set below 100, which were read", Shape::Update(100), |v| sum(v, 100)),
        row("update-1000", "set below 1,000, which were read", Shape::Update(1_000), |v| {
            sum(v, 1_000)
        }),
        #[cfg(feature = "ten-thousand")]
        row("update-10000", "set below 10,000, which were read", Shape::Update(10_000), |v| {
            sum(v, 10_000)
        }),
        row("read-10", "set, read of 10 followers", Shape::UpdateAndRead(10), |v| sum(v, 10)),
        row("read-100", "set, read of 100 followers", Shape::UpdateAndRead(100), |v| sum(v, 100)),
        row("read-1000", "set, read of 1,000 followers", Shape::UpdateAndRead(1_000), |v| {
            sum(v, 1_000)
        }),
        #[cfg(feature = "ten-thousand")]
        row("read-10000", "set, read of 10,000 followers", Shape::UpdateAndRead(10_000), |v| {
            sum(v, 10_000)
        }),
        row("creation-1000", "1 + 1,000 nodes: made, read, dropped", Shape::Creation, |_| {
            sum(0, 1_000)
        }),
        row("live-warm-two", "the same warm read on two threads", Shape::WarmTwoThreads, |_| READS),
    ]
}

/// A library whose graphs are made at run time, of closures.
trait Library: Sized + 'static {
    /// What is set.
    type Source: 'static;
    /// What follows.
    type Node: Clone + 'static;
    /// What reads a node from outside of the graph.
    type Reader: 'static;

    /// A new graph.
    fn new() -> Self;

    /// Runs what makes nodes.
    fn within<R>(&self, make: impl FnOnce() -> R) -> R {
        make()
    }

    fn source(&self) -> Self::Source;
    /// A node that follows a source.
    fn follow(
        &self,
        source: &Self::Source,
        f: impl Fn(u64) -> u64 + Send + Sync + 'static,
    ) -> Self::Node;
    /// A node that follows another.
    fn map(&self, below: &Self::Node, f: impl Fn(u64) -> u64 + Send + Sync + 'static)
    -> Self::Node;
    /// The same, and an equal new value changes nothing above.
    fn map_eq(
        &self,
        below: &Self::Node,
        f: impl Fn(u64) -> u64 + Send + Sync + 'static,
    ) -> Self::Node {
        self.map(below, f)
    }
    /// The sum of others.
    fn sum(&self, below: Vec<Self::Node>) -> Self::Node;
    fn reader(&self, node: &Self::Node) -> Self::Reader;

    fn set(&self, source: &Self::Source, value: u64);
    /// What has to be called between a `set` and reads.
    fn settle(&self) {}
    fn read(&self, reader: &Self::Reader) -> u64;

    /// Takes the graph apart, where that is more than dropping it.
    fn dispose(self) {}
}

/// Work whose result is known to be zero, as in the benchmarks of others, so that a
/// cut-off has something to avoid.
fn busy() -> u64 {
    (0..100).fold(0, |sum, _| black_box(sum))
}

/// Zero, whatever it is given, and the compiler does not know.
fn zero(value: u64) -> u64 {
    u64::from(black_box(value) == u64::MAX)
}
