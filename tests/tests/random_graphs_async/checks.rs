//! What must be right after each operation.

use std::collections::BTreeSet;

use pumped::error::ResolveErrorKind;

use super::graph::{To, Wire};
use super::oracle::Oracle;
use super::pair::{Pair, Reader, Run, Shown};
use super::recorder::{Cleanup, Event, Origin, Seen};

impl Pair {
    /// Compares everything that can be seen.
    pub(crate) fn check(&mut self) {
        let now = self.now();
        self.oracle.moments.insert(now);
        let ended = self.check_runs();
        for (serial, run) in &ended {
            self.check_end(*serial, *run);
        }
        self.check_shown(&ended);
        self.check_reads();
        self.check_order(false);
        self.check_closed();
        if self.open.is_empty() {
            assert!(self.running.is_empty(), "nobody waits for {:?}", self.running);
        }
        let seen = self.board.seen();
        assert!(seen.faults.is_empty(), "{:?}", seen.faults);
    }

    fn name(&self, at: usize) -> &'static str {
        self.graph.members[at].node().name
    }

    /// Each build was needed, by somebody and over these inputs, and one of its slot at a
    /// time. Returns what has ended: the version, and as which build.
    pub(crate) fn check_runs(&mut self) -> Vec<(u64, Run)> {
        let (mut ended, mut dropped) = (Vec::new(), Vec::new());
        for event in self.board.take_events() {
            match event {
                Event::Began { serial, before, was_cached } => {
                    self.check_need(serial, before, was_cached);
                }
                Event::Ended(serial) => {
                    let run = self.running.remove(&serial).expect("it has begun");
                    ended.push((serial, run));
                }
                Event::Failed(serial) => {
                    let (at, _) = self.running.remove(&serial).expect("it has begun");
                    self.failures.push((at, serial, self.now()));
                }
                Event::Dropped(serial) => {
                    dropped.push(self.running.remove(&serial).expect("it has begun"));
                }
                Event::Read { at, serial, since, until } => {
                    let is_right =
                        self.oracle.may_be_read(&self.board.seen(), serial, since, until);
                    assert!(is_right, "a build reads {serial} of `{}`", self.name(at));
                }
            }
        }
        let has_failed = self.has_failed();
        for (at, _) in dropped {
            assert!(self.step.has_given_up || has_failed, "`{}` is dropped", self.name(at));
            if !has_failed {
                self.check_unwanted(at);
            }
        }
        ended
    }

    /// Whether some build has failed in this operation. One that fails goes on until it is
    /// closed.
    fn has_failed(&self) -> bool {
        let seen = self.board.seen();
        let closed = &seen.closed[self.closed..];
        let mut failures = self.failures.iter().enumerate();
        failures
            .any(|(number, (_, serial, _))| number >= self.step.failures || closed.contains(serial))
    }

    /// A build that has begun just now.
    fn check_need(&mut self, serial: u64, before: Option<u64>, was_cached: bool) {
        let seen = self.board.seen();
        let version = &seen.versions[&serial];
        let (Some(at), Origin::Built(begun)) = (version.at, version.origin) else {
            panic!("{version:?} was not built");
        };
        let name = self.name(at);
        assert!(!self.graph.members[at].given, "`{name}` is built, and was given");
        let mut running = self.running.values();
        assert!(running.all(|(other, _)| *other != at), "`{name}` is built twice at a time");
        let is_needless = before.is_some_and(|old| self.oracle.is_needless(&seen, old, serial));
        assert!(!is_needless, "`{name}` is built from what {before:?} was built from");
        let wants = |reader: &Reader| {
            let uncached = |at: usize| reader.uncached.contains(&at);
            let counts = |wire: &Wire| wire.edge.is_hard() || wire.reads;
            self.missing(reader.at, uncached, counts).contains(&at)
        };
        let wanting = self.step.readers.iter().filter(|reader| wants(reader));
        let planned = wanting.map(|reader| reader.since).min();
        let planned = planned.unwrap_or_else(|| panic!("nobody wants `{name}`"));
        // Who came before a change may still want what was planned then.
        let is_outdated = self.oracle.is_affected(at, planned, begun);
        assert!(!was_cached || is_outdated, "`{name}` is built, and was current");
        // Its inputs were current together: invariant 4.
        let mut moments = self.oracle.moments.range(planned..=begun);
        let together = moments.any(|moment| {
            version.from.iter().all(|input| self.oracle.fits(&seen, *input, *moment))
        });
        assert!(together, "`{name}` is built from {:?}", version.from);
        drop(seen);
        self.running.insert(serial, (at, planned));
    }

    /// A build that has ended: if nothing has changed meanwhile, it is what there is now.
    fn check_end(&self, serial: u64, (at, planned): Run) {
        if self.oracle.is_affected(at, planned, self.now()) {
            return;
        }
        let (name, (shown, is_cached)) = (self.name(at), self.show_one(at));
        if !is_cached && self.has_failed() {
            // Who waited for it has failed while it was polled, so it was let go of.
            return;
        }
        let seen = self.board.seen();
        assert!(is_cached, "`{name}` was built, and is not current");
        let eq = self.graph.members[at].node().eq;
        let is_equal = |shown| eq && seen.versions[&shown].data == seen.versions[&serial].data;
        let is_it = shown.is_some_and(|shown| shown == serial || is_equal(shown));
        assert!(is_it, "{serial} of `{name}` was built, {shown:?} is shown");
    }

    /// A build was dropped: nobody who goes on reading waits for it.
    fn check_unwanted(&self, at: usize) {
        let Some(first) = self.step.readers.iter().map(|reader| reader.since).min() else { return };
        if self.oracle.commits.iter().any(|commit| commit.moment > first) {
            // It may have been outdated, and those who came later not have asked for it.
            return;
        }
        let readers = self.open.iter().filter_map(|open| open.reader.as_ref());
        for reader in readers.filter(|reader| reader.has_all_fixed) {
            let is_cached = |at: usize| self.show_one(at).1;
            let hard = |wire: &Wire| wire.edge.is_hard();
            let waits = self.missing(reader.at, |at| !is_cached(at), hard);
            assert!(
                !waits.contains(&at),
                "`{}` is dropped, and `{}` waits for it",
                self.name(at),
                self.name(reader.at),
            );
        }
    }

    /// What the scope shows is what it showed, but for what was changed or built.
    fn check_shown(&mut self, ended: &[(u64, Run)]) {
        let shown = self.show();
        let seen = self.board.seen();
        for (at, (expected, now)) in self.shown.iter().zip(&shown).enumerate() {
            let name = self.name(at);
            let is_settled = !self.step.has_polled || self.step.settled.contains(&at);
            if is_settled || expected.1 {
                assert_eq!(now, expected, "what is shown of `{name}`");
            } else if now.0 != expected.0 {
                let new = now.0.expect("nothing was released");
                let is_given = matches!(seen.versions[&new].origin, Origin::Preset);
                assert!(
                    is_given || ended.iter().any(|(ended, _)| *ended == new),
                    "{new} is shown of `{name}`"
                );
                // Rule 12: an equal value is none.
                let data = |serial: u64| seen.versions[&serial].data;
                let eq = self.graph.members[at].node().eq && !is_given;
                let is_equal = eq && expected.0.is_some_and(|old| data(old) == data(new));
                assert!(!is_equal, "{new} is equal to what was there of `{name}`");
            }
            if let (Some(serial), true) = now {
                let fits = self.oracle.fits(&seen, *serial, seen.now);
                assert!(fits, "{serial} is shown as current of `{name}`");
            }
        }
        drop(seen);
        self.shown = shown;
    }

    fn show_one(&self, at: usize) -> Shown {
        let node = self.graph.members[at].node();
        ((node.peek)(&self.scope), (node.is_cached)(&self.scope))
    }

    /// Reads that have ended have brought what was right at some moment meanwhile.
    fn check_reads(&self) {
        let seen = self.board.seen();
        for (reader, result) in &self.step.ended {
            let Reader { at, since, .. } = *reader;
            let name = self.name(at);
            match result {
                Ok(built) => {
                    let version = &seen.versions[&built.serial];
                    assert_eq!((version.at, version.data), (Some(at), built.data));
                    let is_right = self.oracle.may_be_read(&seen, built.serial, since, seen.now);
                    assert!(is_right, "{} of `{name}` is read", built.serial);
                    if !self.oracle.is_affected(at, since, seen.now) {
                        assert_eq!(self.shown[at], (Some(built.serial), true), "`{name}` was read");
                    }
                }
                Err(error) => {
                    assert_eq!(error.kind(), ResolveErrorKind::Failed, "{error}");
                    let failing = self.graph.member(error.executor());
                    let before = &seen.closed[..reader.closed];
                    // One that has failed goes on until it is closed.
                    let is_cause = |(at, serial, when): &(usize, u64, u64)| {
                        let goes_on = seen.versions[serial].cleanup == Cleanup::Awaited
                            && !before.contains(serial);
                        *at == failing && (*when >= since || goes_on)
                    };
                    let has_failed = self.failures.iter().any(is_cause);
                    assert!(has_failed, "`{name}` fails, without a cause: {error}");
                }
            }
        }
    }

    /// Everything is closed once, and after what was built from it. At the end, also after
    /// what reaches it by handles for later, unless these lead round in a circle.
    pub(crate) fn check_order(&self, is_end: bool) {
        let seen = self.board.seen();
        let (before, new) = seen.closed.split_at(self.closed);
        let mut closed: BTreeSet<u64> = before.iter().copied().collect();
        for serial in new {
            assert!(closed.insert(*serial), "{serial} is closed twice");
            assert_ne!(seen.versions[serial].cleanup, Cleanup::None, "{serial} was never opened");
            let mut left = left_open(&seen, &closed).into_iter();
            let above = left.find(|above| Oracle::below(&seen, [*above]).contains(serial));
            assert_eq!(above, None, "was built from {serial}, which is closed: {new:?}");
        }
        if is_end {
            self.check_soft_edges(new);
        }
    }

    fn check_soft_edges(&self, closed: &[u64]) {
        let place = |at: usize| {
            let current = self.shown[at].0?;
            closed.iter().position(|serial| *serial == current)
        };
        for (above, member) in self.graph.members.iter().enumerate() {
            for wire in member.wires.iter().filter(|wire| !wire.edge.is_hard()) {
                let To::Member(below) = wire.to else { continue };
                if self.graph.closure([below], |_| true).contains(&above) {
                    continue;
                }
                if let (Some(first), Some(second)) = (place(above), place(below)) {
                    let (above, below) = (self.name(above), self.name(below));
                    assert!(first < second, "`{below}` before `{above}`: {closed:?}");
                }
            }
        }
    }

    /// Rule 16: what is held is not closed; what nobody holds is, at once or by a drain.
    fn check_closed(&self) {
        let seen = self.board.seen();
        let held = Oracle::below(&seen, self.roots());
        let closed: BTreeSet<u64> = seen.closed.iter().copied().collect();
        let mut closed_too_early = closed.intersection(&held);
        assert_eq!(closed_too_early.next(), None, "is closed, and held");
        if !self.open.is_empty() {
            // Somebody else may hold it.
            return;
        }
        let left = left_open(&seen, &closed).into_iter().filter(|serial| !held.contains(serial));
        let is_awaited = |serial: &u64| seen.versions[serial].cleanup == Cleanup::Awaited;
        let (awaited, left): (Vec<u64>, Vec<u64>) = left.partition(is_awaited);
        let kept = Oracle::below(&seen, awaited.iter().copied());
        let mut left = left.iter().filter(|serial| !kept.contains(serial));
        assert_eq!(left.next(), None, "is not closed, and nobody holds it");
        if self.step.has_drained {
            assert!(awaited.is_empty(), "is not drained: {awaited:?}");
        }
    }
}

/// What has something to close, and is not closed.
fn left_open(seen: &Seen, closed: &BTreeSet<u64>) -> Vec<u64> {
    let open = seen
        .versions
        .iter()
        .filter(|(serial, version)| version.cleanup != Cleanup::None && !closed.contains(serial));
    open.map(|(serial, _)| *serial).collect()
}
