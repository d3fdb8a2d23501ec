//! What the functions of a scope do that several threads use: each value carries the
//! versions of what it was built from, so that a glitch shows where it is met.
//!
//! A value is *stamped* with the version of each member that it was reactively built
//! from, at any distance. An `eq` member hides what is below it, and its version is its
//! data: what is above it is not rebuilt for anything else.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Mutex, PoisonError};

use pumped::prelude::*;

use super::graph::Graph;
use super::port::Edge;
use super::value::{Behaviour, Built, Input};

/// What is known of one value, by its serial.
#[derive(Default)]
struct Fate {
    has_cleanup: AtomicBool,
    closed: AtomicBool,
    /// The value that was given to the other one of a pair in the same batch.
    partner: AtomicU64,
}

pub(crate) struct State {
    pub(crate) graph: Arc<Graph>,
    last_serial: AtomicU64,
    fates: Vec<Fate>,
    /// By member: how often its function has brought a value.
    runs: Vec<AtomicU64>,
    /// By member: the changes and releases that were asked for.
    commits: Vec<AtomicU64>,
    pub(crate) failing: Vec<AtomicBool>,
    /// Two members that are changed in the same batches only.
    pair: Option<[usize; 2]>,
    pub(crate) disposing: AtomicBool,
    /// What went wrong where a panic would not be seen.
    faults: Mutex<Vec<String>>,
}

#[derive(Clone)]
pub(crate) struct Tally(Arc<State>);

impl std::ops::Deref for Tally {
    type Target = State;

    fn deref(&self) -> &State {
        &self.0
    }
}

fn counters<T: Default>(count: usize) -> Vec<T> {
    (0..count).map(|_| T::default()).collect()
}

impl Tally {
    /// With room for so many values.
    pub(crate) fn new(graph: Arc<Graph>, pair: Option<[usize; 2]>, room: usize) -> Self {
        let members = graph.len();
        Self(Arc::new(State {
            graph,
            last_serial: AtomicU64::new(0),
            fates: counters(room),
            runs: counters(members),
            commits: counters(members),
            failing: counters(members),
            pair,
            disposing: AtomicBool::new(false),
            faults: Mutex::default(),
        }))
    }

    fn close_later(&self, serial: u64, cx: &ResolveCtx<'_>) {
        let tally = self.clone();
        cx.on_cleanup(move || tally.closed(serial));
    }
}

impl State {
    pub(crate) fn next_serial(&self) -> u64 {
        self.last_serial.fetch_add(1, SeqCst) + 1
    }

    pub(crate) fn last_serial(&self) -> u64 {
        self.last_serial.load(SeqCst)
    }

    fn fate(&self, serial: u64) -> &Fate {
        let fate = usize::try_from(serial).ok().and_then(|serial| self.fates.get(serial));
        fate.expect("there is room for so many values")
    }

    /// A value that is given to a member.
    pub(crate) fn given(&self, at: usize, serial: u64) -> Built {
        let data = i64::try_from(serial % 7).expect("small");
        let stamps = vec![(at, self.version(at, serial, data))];
        Built { serial, data, from: Vec::new(), stamps }
    }

    fn version(&self, at: usize, serial: u64, data: i64) -> u64 {
        if self.graph.members[at].node().eq { data.cast_unsigned() } else { serial }
    }

    /// A change of a member, or its release, is about to be asked for.
    pub(crate) fn commits(&self, at: usize) {
        self.commits[at].fetch_add(1, SeqCst);
    }

    /// A given value was taken by its member.
    pub(crate) fn taken(&self, at: usize, serial: u64) {
        if self.graph.members[at].node().declared {
            self.fate(serial).has_cleanup.store(true, SeqCst);
        }
    }

    /// These two were given to the pair in one batch.
    pub(crate) fn partners(&self, one: u64, other: u64) {
        self.fate(one).partner.store(other, SeqCst);
        self.fate(other).partner.store(one, SeqCst);
    }

    /// The value that the other one of the pair was given together with this one.
    pub(crate) fn partner(&self, at: usize, serial: u64) -> Option<(usize, u64)> {
        let [one, other] = self.pair?;
        let other = if at == one { other } else { one };
        let partner = self.fate(serial).partner.load(SeqCst);
        (partner != 0).then_some((other, partner))
    }

    fn closed(&self, serial: u64) {
        if self.fate(serial).closed.swap(true, SeqCst) {
            self.fault(format!("{serial} was cleaned up twice"));
        }
    }

    pub(crate) fn fault(&self, fault: String) {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner).push(fault);
    }

    /// Rule 16: whoever holds a value holds one that is not cleaned up.
    pub(crate) fn check(&self, built: &Built) {
        let closed = self.fate(built.serial).closed.load(SeqCst);
        assert!(!closed || self.disposing.load(SeqCst), "{built:?} is cleaned up");
        self.check_pair(built);
    }

    /// Rule 13: nobody sees half a batch, also of what is not held any more.
    pub(crate) fn check_pair(&self, built: &Built) {
        let Some(pair) = self.pair else { return };
        let seen = pair.map(|at| built.stamps.iter().find(|(of, _)| *of == at));
        if let [Some((_, one)), Some((_, other))] = seen {
            let partners = [one, other].map(|serial| self.fate(*serial).partner.load(SeqCst));
            let is_whole = partners == [0, 0] || partners == [*other, *one];
            assert!(is_whole, "half a batch: {built:?}, of which the partners are {partners:?}");
        }
    }

    /// Rule 10: values that are met together agree on everything below them.
    pub(crate) fn agree<'b>(
        &self,
        values: impl IntoIterator<Item = &'b Built>,
    ) -> BTreeMap<usize, u64> {
        let mut all: BTreeMap<usize, u64> = BTreeMap::new();
        for value in values {
            self.check(value);
            for (at, version) in &value.stamps {
                let other = *all.entry(*at).or_insert(*version);
                let name = self.graph.members[*at].node().name;
                assert_eq!(other, *version, "two versions of `{name}`: a glitch");
            }
        }
        all
    }

    /// Rules 1, 11 and 16, at the end of everything.
    pub(crate) fn check_counts(&self) {
        let faults = self.faults.lock().unwrap_or_else(PoisonError::into_inner);
        assert!(faults.is_empty(), "{faults:?}");
        for serial in 1..=self.last_serial() {
            let fate = self.fate(serial);
            let (has, ran) = (fate.has_cleanup.load(SeqCst), fate.closed.load(SeqCst));
            assert_eq!(has, ran, "whether {serial} has cleanups, and whether they ran");
        }
        for (at, runs) in self.runs.iter().enumerate() {
            let below = self.graph.closure([at], |wire| wire.edge == Edge::Reactive);
            let commits = below.iter().map(|at| self.commits[*at].load(SeqCst)).sum::<u64>();
            let most = if self.graph.members[at].is_live() { 1 + commits } else { 1 };
            let (runs, name) = (runs.load(SeqCst), self.graph.members[at].node().name);
            assert!(runs <= most, "`{name}` ran {runs} times for {commits} changes");
        }
    }
}

impl Behaviour for Tally {
    fn build(
        &self,
        name: &'static str,
        cx: &ResolveCtx<'_>,
        inputs: &[&dyn Input],
    ) -> Result<Built, String> {
        let at = self.graph.member(name);
        let member = &self.graph.members[at];
        let (mut together, mut counting, mut reactive) = (Vec::new(), Vec::new(), Vec::new());
        for (wire, input) in member.wires.iter().zip(inputs) {
            let Some(value) = input.value() else {
                // Also what fails: it is not counted.
                if wire.reads
                    && let Some(Ok(read)) = input.read()
                {
                    self.check_pair(&read);
                }
                continue;
            };
            match wire.edge {
                Edge::Reactive => {
                    reactive.push(&value.built);
                    counting.push(&value.built);
                }
                Edge::Dep => {
                    self.check(&value.built);
                    counting.push(&value.built);
                    continue;
                }
                _ => {}
            }
            together.push(&value.built);
        }
        self.agree(together);
        if self.failing[at].load(SeqCst) {
            return Err(format!("{name} fails"));
        }
        let serial = self.next_serial();
        let data = member.combine(&counting.iter().map(|value| value.data).collect::<Vec<_>>());
        let mut stamps = if member.node().eq { BTreeMap::new() } else { self.agree(reactive) };
        stamps.insert(at, self.version(at, serial, data));
        self.runs[at].fetch_add(1, SeqCst);
        self.fate(serial).has_cleanup.store(true, SeqCst);
        if !member.node().declared {
            self.close_later(serial, cx);
        }
        let from = inputs.iter().filter_map(|input| Some(input.value()?.built.serial)).collect();
        let stamps = if member.is_live() { stamps.into_iter().collect() } else { Vec::new() };
        Ok(Built { serial, data, from, stamps })
    }

    fn close(&self, closed: &Built) {
        self.closed(closed.serial);
    }
}
