//! A scope and the oracle that says what is right, side by side.

use std::collections::{BTreeMap, BTreeSet};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::task::{Context, Poll, Wake, Waker};

use futures_util::future::{join, join_all};
use pumped::error::ResolveErrorKind;
use pumped::prelude::*;
use pumped_tests::futures::poll_once;

use super::graph::{Choice, Graph, Member, To, Wire};
use super::oracle::{Commit, Oracle};
use super::recorder::{Board, Cleanup, Origin};
use super::universe::{Boxed, MutableNode};
use super::value::{Built, Held, Value};

/// Whether something was woken.
#[derive(Default)]
struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, SeqCst);
    }
}

/// Polls a future to its end, as often as it is woken. One that waits for nothing is stuck.
pub(crate) fn to_its_end<F: Future>(future: F) -> F::Output {
    let (mut future, woken) = (pin!(future), Arc::new(Woken::default()));
    let waker = Waker::from(woken.clone());
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return output;
        }
        assert!(woken.0.swap(false, SeqCst), "it waits, and nobody is to wake it");
    }
}

/// What a scope shows of a member: the serial of its value, and whether that is current.
pub(crate) type Shown = (Option<u64>, bool);

/// What a read comes to.
pub(crate) type Read = Result<Built, ResolveError>;

/// One who reads a member.
#[derive(Clone, Debug)]
pub(crate) struct Reader {
    pub(crate) at: usize,
    /// When it was polled for the first time.
    pub(crate) since: u64,
    /// What was not current at some time since.
    pub(crate) uncached: BTreeSet<usize>,
    /// Whether everything fixed that it needs was there from the start.
    pub(crate) has_all_fixed: bool,
    /// How many were closed before.
    pub(crate) closed: usize,
}

/// A read that has not ended.
pub(crate) struct Open {
    /// None, if it was never polled.
    pub(crate) reader: Option<Reader>,
    at: usize,
    future: Boxed<Read>,
}

/// A build that goes on: of which member, and when it was planned at the earliest.
pub(crate) type Run = (usize, u64);

/// What an operation did, as far as the checks have to know.
#[derive(Default)]
pub(crate) struct Step {
    /// Everybody who read something.
    pub(crate) readers: Vec<Reader>,
    pub(crate) ended: Vec<(Reader, Read)>,
    /// Whether a read was dropped.
    pub(crate) has_given_up: bool,
    /// Whether something was polled, so that something may have been built.
    pub(crate) has_polled: bool,
    pub(crate) has_drained: bool,
    /// How many builds had failed before.
    pub(crate) failures: usize,
    /// What was changed after all that was polled.
    pub(crate) settled: BTreeSet<usize>,
}

/// A scope and the oracle, side by side.
pub(crate) struct Pair {
    pub(crate) graph: Arc<Graph>,
    pub(crate) scope: Scope,
    pub(crate) board: Board,
    pub(crate) oracle: Oracle,
    pub(crate) held: Vec<Held>,
    pub(crate) open: Vec<Open>,
    pub(crate) running: BTreeMap<u64, Run>,
    /// Which members have failed, as which build, and when.
    pub(crate) failures: Vec<(usize, u64, u64)>,
    /// What the scope is to show; what is polled may come to more.
    pub(crate) shown: Vec<Shown>,
    pub(crate) step: Step,
    /// How many were closed before this operation.
    pub(crate) closed: usize,
}

impl Pair {
    pub(crate) fn new(choices: &[Choice]) -> Self {
        let graph = Arc::new(Graph::new(choices));
        let board = Board::new(graph.clone());
        let builder = graph.builder(|at, parameter| {
            board.given(parameter.is_none().then_some(at), 1, Origin::Preset)
        });
        let scope = builder.tag(board.clone()).build().unwrap();
        let mut pair = Self {
            oracle: Oracle::new(graph.clone()),
            graph,
            scope,
            board,
            held: Vec::new(),
            open: Vec::new(),
            running: BTreeMap::new(),
            failures: Vec::new(),
            shown: Vec::new(),
            step: Step::default(),
            closed: 0,
        };
        pair.shown = pair.show();
        pair
    }

    /// What the scope shows now.
    pub(crate) fn show(&self) -> Vec<Shown> {
        let nodes = self.graph.members.iter().map(Member::node);
        nodes.map(|node| ((node.peek)(&self.scope), (node.is_cached)(&self.scope))).collect()
    }

    pub(crate) fn now(&self) -> u64 {
        self.board.seen().now
    }

    /// Takes another moment.
    pub(crate) fn tick(&self) -> u64 {
        let mut seen = self.board.seen();
        seen.now += 1;
        seen.now
    }

    fn uncached(&self) -> BTreeSet<usize> {
        (0..self.shown.len()).filter(|at| !self.shown[*at].1).collect()
    }

    /// What a read comes to that goes on only from what it has to build.
    pub(crate) fn missing(
        &self,
        at: usize,
        is_missing: impl Fn(usize) -> bool,
        counts: impl Fn(&Wire) -> bool,
    ) -> BTreeSet<usize> {
        let leads =
            |wire: &Wire| counts(wire) && matches!(wire.to, To::Member(below) if is_missing(below));
        self.graph.closure(Some(at).filter(|at| is_missing(*at)), leads)
    }

    /// One who begins to read now.
    pub(crate) fn reader(&self, at: usize) -> Reader {
        let uncached = self.uncached();
        let is_hard = |wire: &Wire| wire.edge.is_hard();
        let needed = self.missing(at, |at| uncached.contains(&at), is_hard);
        let mut needed = needed.iter().map(|at| self.graph.members[*at].node());
        let has_all_fixed = needed.all(|node| node.live.is_some());
        let closed = self.board.seen().closed.len();
        Reader { at, since: self.now(), uncached, has_all_fixed, closed }
    }

    /// Begins an operation.
    pub(crate) fn begin_step(&mut self) {
        let uncached = self.uncached();
        let readers = self.open.iter_mut().filter_map(|open| open.reader.as_mut());
        let readers = readers.map(|reader| {
            reader.uncached.extend(&uncached);
            reader.clone()
        });
        let (readers, failures) = (readers.collect(), self.failures.len());
        self.step = Step { readers, failures, ..Step::default() };
        self.closed = self.board.seen().closed.len();
    }

    /// Reads to the end, in whatever way.
    pub(crate) fn read(&mut self, at: usize, read: impl FnOnce(&mut Self) -> Read) {
        let reader = self.reader(at);
        self.step.has_polled = true;
        self.step.readers.push(reader.clone());
        let result = read(self);
        self.step.ended.push((reader, result));
    }

    pub(crate) fn hold(&mut self, at: usize) {
        let dep = (self.graph.members[at].node().dep_async)(self.scope.clone());
        self.read(at, |pair| {
            let held = to_its_end(dep)?;
            let built = held.built();
            pair.held.push(held);
            Ok(built)
        });
    }

    pub(crate) fn open(&mut self, at: usize) -> usize {
        let future = (self.graph.members[at].node().get_async)(self.scope.clone());
        self.open.push(Open { reader: None, at, future });
        self.open.len() - 1
    }

    /// Notes that an open read is polled.
    fn polls(&mut self, open: usize) {
        self.step.has_polled = true;
        if self.open[open].reader.is_none() {
            let reader = self.reader(self.open[open].at);
            self.step.readers.push(reader.clone());
            self.open[open].reader = Some(reader);
        }
    }

    /// Polls an open read so often, or to its end.
    pub(crate) fn go_on(&mut self, open: usize, polls: usize) {
        for _ in 0..polls {
            self.polls(open);
            if let Poll::Ready(result) = poll_once(self.open[open].future.as_mut()) {
                let reader = self.open.swap_remove(open).reader.expect("it was polled");
                self.step.ended.push((reader, result));
                return;
            }
        }
    }

    pub(crate) fn give_up(&mut self, open: usize) {
        self.step.has_given_up = true;
        drop(self.open.swap_remove(open));
    }

    /// Those who read now, and what all of it comes to, as one future.
    fn take_open(&mut self) -> (Vec<Reader>, impl Future<Output = Vec<Read>> + use<>) {
        (0..self.open.len()).for_each(|open| self.polls(open));
        let (mut readers, mut futures) = (Vec::new(), Vec::new());
        for open in self.open.drain(..) {
            readers.push(open.reader.expect("it is polled"));
            futures.push(open.future);
        }
        (readers, join_all(futures))
    }

    /// Polls all open reads to the end, side by side.
    pub(crate) fn finish(&mut self) {
        let (readers, reads) = self.take_open();
        self.step.ended.extend(readers.into_iter().zip(to_its_end(reads)));
    }

    pub(crate) fn mutable(&self, raw: usize) -> Option<(usize, &'static MutableNode)> {
        let at = self.graph.pick(raw, |member| member.node().mutable.is_some())?;
        Some((at, self.graph.members[at].node().mutable.as_ref()?))
    }

    /// A value that is given at this moment.
    pub(crate) fn value(&self, at: usize, data: i64) -> Value {
        self.board.given(Some(at), data, Origin::Given(self.tick()))
    }

    /// What a change comes to: `serial` is given to a member. Whether that is one: an equal
    /// value is none.
    pub(crate) fn put(&mut self, at: usize, serial: u64) -> bool {
        let seen = self.board.seen();
        if let (Some(current), true) = self.shown[at]
            && self.graph.members[at].node().eq
            && seen.versions[&current].data == seen.versions[&serial].data
        {
            return false;
        }
        let moment = seen.now;
        drop(seen);
        self.oracle.commits.push(Commit { at, moment, given: Some(serial) });
        for above in self.graph.above(at) {
            self.shown[*above].1 = false;
        }
        self.shown[at] = (Some(serial), true);
        true
    }

    /// What a release comes to.
    pub(crate) fn empty(&mut self, at: usize) {
        let moment = self.tick();
        self.oracle.commits.push(Commit { at, moment, given: None });
        self.shown[at] = (None, false);
        for above in self.graph.above(at) {
            self.shown[*above] = (None, false);
        }
    }

    /// What the scope, the test and the builds that go on hold.
    pub(crate) fn roots(&self) -> Vec<u64> {
        let mut roots: Vec<u64> = self.shown.iter().filter_map(|(serial, _)| *serial).collect();
        roots.extend(self.held.iter().map(|held| held.serial()));
        roots.extend(self.running.keys());
        roots
    }

    /// The end of it: everything is closed once, and nothing is left. Open reads are given
    /// up before, or go on until then.
    pub(crate) fn end(mut self, gives_up: bool) {
        self.begin_step();
        if gives_up {
            self.step.has_given_up = true;
            self.open.clear();
            self.check();
            self.begin_step();
        }
        let was_alone = self.open.is_empty();
        let dispose = self.scope.clone();
        let both = join(dispose.dispose_async(), self.take_open().1);
        let (disposed, results) = to_its_end(both);
        disposed.unwrap();
        for error in results.iter().filter_map(|result| result.as_ref().err()) {
            let kind = error.kind();
            let is_right = matches!(kind, ResolveErrorKind::Disposed | ResolveErrorKind::Failed);
            assert!(is_right, "{error}");
        }
        self.check_runs();
        self.check_order(was_alone);
        drop((dispose, std::mem::take(&mut self.scope)));
        assert!(self.running.is_empty(), "still built: {:?}", self.running);
        self.held.clear();
        let seen = self.board.seen();
        let opened = seen.versions.iter().filter(|(_, one)| one.cleanup != Cleanup::None);
        let opened: Vec<u64> = opened.map(|(serial, _)| *serial).collect();
        let mut closed = seen.closed.clone();
        closed.sort_unstable();
        assert_eq!(closed, opened, "what was closed, and what was to be");
        assert!(seen.faults.is_empty(), "{:?}", seen.faults);
        drop(seen);
        assert_eq!(self.board.holders(), 1, "values are left");
    }
}
