//! A scope with a random graph that several threads use, and who of them may do what.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Mutex, PoisonError};

use pumped::Subscription;
use pumped::prelude::*;

use super::graph::{Choice, Graph, Member, To, Wire};
use super::port::Edge;
use super::tally::Tally;
use super::universe::CUT;
use super::value::{Board, Built, Value};

/// A random number generator that is small enough to be read: splitmix64.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Less than `count`, if that is not zero.
    pub(crate) fn below(&mut self, count: usize) -> Option<usize> {
        let count = u64::try_from(count).ok()?;
        usize::try_from(self.next().checked_rem(count)?).ok()
    }

    pub(crate) fn one_of(&mut self, all: &[usize]) -> Option<usize> {
        Some(all[self.below(all.len())?])
    }

    pub(crate) fn percent(&mut self, percent: u64) -> bool {
        self.next() % 100 < percent
    }
}

/// Who may do what with which members.
#[derive(Debug, Default)]
pub(crate) struct Roles {
    pub(crate) live: Vec<usize>,
    /// Sources that one thread alone changes, and that nobody releases.
    pub(crate) owned: Vec<usize>,
    /// What every writer changes.
    pub(crate) shared: Vec<usize>,
    pub(crate) released: Vec<usize>,
    /// Sources that are changed together, or not at all.
    pub(crate) pair: Option<[usize; 2]>,
    /// Sources whose versions only grow.
    pub(crate) growing: Vec<bool>,
    /// Such sources, each with something that is built from it, or changed with it.
    pub(crate) ways: Vec<[usize; 2]>,
}

impl Roles {
    pub(crate) fn new(graph: &Graph, random: &mut Random) -> Self {
        let of = |fits: &dyn Fn(&Member) -> bool| {
            let fitting = graph.members.iter().enumerate().filter(|(_, member)| fits(member));
            fitting.map(|(at, _)| at).collect::<Vec<usize>>()
        };
        let is_source =
            |member: &Member| member.node().mutable.is_some() && member.node().ports.is_empty();
        let grows = |member: &Member| is_source(member) && !member.node().eq;
        let mut roles = Self {
            live: of(&Member::is_live),
            growing: graph.members.iter().map(grows).collect(),
            ..Self::default()
        };
        for at in of(&grows) {
            roles.ways.extend(graph.above(at).iter().map(|above| [at, *above]));
        }
        let mut sources = of(&is_source);
        let plain = of(&grows);
        if let [one, other, ..] = plain[..]
            && random.percent(70)
        {
            roles.pair = Some([one, other]);
            for [one, other] in [[one, other], [other, one]] {
                roles.ways.push([one, other]);
                roles.ways.extend(graph.above(other).iter().map(|above| [one, *above]));
            }
            sources.retain(|at| *at != one && *at != other);
        }
        for at in sources {
            match random.next() % 3 {
                0 => roles.owned.push(at),
                1 if !graph.members[at].given => {
                    roles.shared.push(at);
                    roles.released.push(at);
                }
                _ => roles.shared.push(at),
            }
        }
        roles.shared.extend(of(&|member| member.node().mutable.is_some() && !is_source(member)));
        let derived = of(&|member| member.is_live() && !is_source(member) && !member.given);
        roles.released.extend(derived);
        roles
    }
}

/// A scope that several threads use.
pub(crate) struct Arena {
    pub(crate) graph: Arc<Graph>,
    pub(crate) roles: Roles,
    pub(crate) tally: Tally,
    pub(crate) board: Board,
    pub(crate) scope: Scope,
}

impl Arena {
    pub(crate) fn new(choices: &[Choice], random: &mut Random, room: usize) -> Self {
        let graph = Arc::new(Graph::new(choices));
        let roles = Roles::new(&graph, random);
        let tally = Tally::new(graph.clone(), roles.pair, room);
        let board = Board::new(tally.clone());
        let mut builder = graph.builder(|at, parameter| {
            let serial = tally.next_serial();
            board.given(match parameter {
                None => tally.given(at, serial),
                Some(_) => Built { serial, ..Built::default() },
            })
        });
        for puts in CUT {
            let at = random.one_of(&roles.live).expect("a source, at least");
            builder = puts[graph.members[at].node](builder);
        }
        let scope = builder.tag(board.clone()).build().unwrap();
        Self { graph, roles, tally, board, scope }
    }

    /// Sources that nobody releases are there from the start.
    pub(crate) fn warm(&self) {
        for at in self.roles.owned.iter().chain(self.roles.pair.iter().flatten()) {
            self.graph.members[*at].node().built(&self.scope).unwrap();
        }
    }

    /// Two callbacks, which are called by one thread at a time.
    pub(crate) fn follow(&self, random: &mut Random) -> Vec<Subscription> {
        let follow = |_| {
            let at = random.one_of(&self.roles.live)?;
            let (tally, growing) = (self.tally.clone(), self.roles.growing.clone());
            let (busy, seen) = (AtomicBool::new(false), Mutex::new(Seen::new(growing)));
            let call = Box::new(move |now: &Value| {
                if busy.swap(true, SeqCst) {
                    tally.fault("a callback is called twice at a time".into());
                }
                let looked = AssertUnwindSafe(|| {
                    let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
                    tally.check(&now.built);
                    seen.meet(&now.built);
                });
                if catch_unwind(looked).is_err() {
                    tally.fault(format!("a callback is called with {:?}", now.built));
                }
                busy.store(false, SeqCst);
            });
            let live = self.graph.members[at].node().live.as_ref()?;
            Some((live.on_change)(&self.scope, call))
        };
        (0..2).filter_map(follow).collect()
    }

    /// Everything is mended and read: it is what the sources make it, also once more after a
    /// change of them.
    pub(crate) fn check_values(&self) {
        self.tally.failing.iter().for_each(|failing| failing.store(false, SeqCst));
        self.check_all(&BTreeSet::new());
        let sources = self.roles.owned.iter().chain(&self.roles.shared).copied();
        let sources = sources.filter(|at| self.graph.members[*at].node().ports.is_empty());
        let sources: BTreeSet<usize> = sources.collect();
        for at in &sources {
            let mutable = self.graph.members[*at].node().mutable.as_ref().expect("mutable");
            let (serial, tally, board) = (self.tally.next_serial(), &self.tally, &self.board);
            tally.commits(*at);
            (mutable.update)(&self.scope, board.given(tally.given(*at, serial))).unwrap();
            tally.taken(*at, serial);
        }
        self.check_all(&sources);
    }

    /// Reads everything; some were changed just now.
    fn check_all(&self, changed: &BTreeSet<usize>) {
        let members = &self.graph.members;
        let built = |member: &Member| member.node().built(&self.scope).unwrap();
        let values: Vec<Built> = members.iter().map(built).collect();
        self.tally.agree(values.iter().filter(|value| !value.stamps.is_empty()));
        for (built, member) in values.iter().zip(members).filter(|(_, member)| member.is_live()) {
            let name = member.node().name;
            let was_changed = |wire: &Wire| {
                let To::Member(below) = wire.to else { return false };
                let grows = self.roles.growing[below] && changed.contains(&below);
                wire.edge == Edge::Reactive && grows
            };
            if built.from.is_empty() {
                // What was given stays, until something below changes; then, of what is `eq`,
                // if it is equal.
                let Some(wire) = member.wires.iter().find(|wire| was_changed(wire)) else {
                    continue;
                };
                assert!(member.node().eq, "`{name}` keeps what it was given: {wire:?}");
            }
            let counts = |wire: &&Wire| matches!(wire.edge, Edge::Reactive | Edge::Dep);
            let data = member.wires.iter().filter(counts).map(|wire| match wire.to {
                To::Member(below) => values[below].data,
                To::Nothing => 0,
            });
            let data: Vec<i64> = data.collect();
            assert_eq!(built.data, member.combine(&data), "`{name}` at the end");
        }
    }

    /// Every value that was built is cleaned up once, and nothing is left.
    pub(crate) fn end(self, disposed: bool) {
        let Self { scope, tally, board, .. } = self;
        if disposed {
            tally.disposing.store(true, SeqCst);
            scope.dispose().unwrap();
        }
        drop(scope);
        tally.check_counts();
        assert_eq!(board.holders(), 1, "values are left");
    }
}

/// The versions of the sources that a thread has met last.
pub(crate) struct Seen {
    growing: Vec<bool>,
    last: Vec<u64>,
}

impl Seen {
    pub(crate) fn new(growing: Vec<bool>) -> Self {
        let last = vec![0; growing.len()];
        Self { growing, last }
    }

    /// Rules 9 and 10: nobody goes back.
    pub(crate) fn meet(&mut self, built: &Built) {
        for (at, version) in built.stamps.iter().filter(|(at, _)| self.growing[*at]) {
            let last = self.last[*at];
            assert!(*version >= last, "back from version {last} of {at}: {built:?}");
            self.last[*at] = *version;
        }
    }

    /// What was there before is not to be met any more.
    pub(crate) fn is_after(&mut self, at: usize, version: u64) {
        if self.growing[at] {
            self.last[at] = self.last[at].max(version);
        }
    }
}
