//! A scope and its model, side by side: each operation is done in both.

use std::collections::BTreeSet;
use std::sync::Arc;

use pumped::Subscription;
use pumped::error::{ResolveErrorKind, ScopeError};
use pumped::prelude::*;

use super::graph::{Choice, Graph, Member, Wire};
use super::model::{Failure, Given, Model};
use super::recorder::Recorder;
use super::single::Op;
use super::universe::{MutableNode, Watching};
use super::value::{Board, Built, Held, Value};

/// How an operation ended, in the model and in the scope.
#[derive(Debug, PartialEq)]
pub(crate) enum End {
    Done(Option<u64>),
    Failed(Failure),
    Refused,
    Disposed,
}

impl From<Result<u64, Failure>> for End {
    fn from(result: Result<u64, Failure>) -> Self {
        result.map_or_else(End::Failed, |serial| End::Done(Some(serial)))
    }
}

/// How it ended in the scope, and how it was to end.
pub(crate) type Ends = (End, End);

/// A scope and its model, side by side.
pub(crate) struct Pair {
    pub(crate) graph: Arc<Graph>,
    pub(crate) scope: Scope,
    pub(crate) recorder: Recorder,
    pub(crate) board: Board,
    pub(crate) model: Model,
    pub(crate) held: Vec<Held>,
    pub(crate) followers: Vec<(usize, Subscription)>,
    pub(crate) watchers: Vec<Box<dyn Watching>>,
    cannot_fail: BTreeSet<usize>,
    pub(crate) last_follower: usize,
    /// Whether this operation ran any function.
    pub(crate) ran: bool,
}

impl Pair {
    pub(crate) fn new(choices: &[Choice]) -> Self {
        let graph = Arc::new(Graph::new(choices));
        let recorder = Recorder::new(graph.clone());
        let board = Board::new(recorder.clone());
        let mut presets = Given::new();
        let builder = graph.builder(|at, parameter| {
            let serial = recorder.seen().next_serial();
            let data = i64::try_from(serial % 3).expect("small");
            presets.insert((at, parameter), (serial, data));
            board.given(Built { serial, data, ..Built::default() })
        });
        let scope = builder.tag(board.clone()).build().unwrap();
        Self {
            model: Model::new(graph.clone(), presets),
            cannot_fail: met_twice(&graph),
            graph,
            scope,
            recorder,
            board,
            held: Vec::new(),
            followers: Vec::new(),
            watchers: Vec::new(),
            last_follower: 0,
            ran: false,
        }
    }

    pub(crate) fn value(&self, data: i64) -> Value {
        let serial = self.recorder.seen().next_serial();
        self.board.given(Built { serial, data, ..Built::default() })
    }

    fn any(&self, raw: usize) -> Option<usize> {
        self.graph.pick(raw, |_| true)
    }

    fn live(&self, raw: usize) -> Option<usize> {
        self.graph.pick(raw, Member::is_live)
    }

    pub(crate) fn mutable(&self, raw: usize) -> Option<(usize, &'static MutableNode)> {
        let at = self.graph.pick(raw, |member| member.node().mutable.is_some())?;
        Some((at, self.graph.members[at].node().mutable.as_ref()?))
    }

    pub(crate) fn end_of<T>(
        &self,
        result: Result<T, ScopeError>,
        serial: impl FnOnce(T) -> Option<u64>,
    ) -> End {
        match result {
            Ok(value) => End::Done(serial(value)),
            Err(ScopeError::Disposed) => End::Disposed,
            Err(ScopeError::Resolve(error)) if error.kind() == ResolveErrorKind::Disposed => {
                End::Disposed
            }
            Err(ScopeError::Resolve(error)) => End::Failed(self.failed(&error)),
            Err(error) => panic!("{error}"),
        }
    }

    pub(crate) fn failed(&self, error: &ResolveError) -> Failure {
        assert_eq!(error.kind(), ResolveErrorKind::Failed, "{error}");
        self.graph.member(error.executor())
    }

    /// Hands the runs of an operation to the model, which accounts for them.
    pub(crate) fn take_runs(&mut self) {
        self.model.runs = std::mem::take(&mut self.recorder.seen().runs);
        self.ran = !self.model.runs.is_empty();
    }

    /// Unless the scope is disposed, what the model says.
    pub(crate) fn expect(&mut self, model: impl FnOnce(&mut Model) -> End) -> End {
        self.take_runs();
        if self.model.disposed { End::Disposed } else { model(&mut self.model) }
    }

    /// The operations that one is made of.
    pub(crate) fn parts_of(&self, op: &Op) -> Vec<Op> {
        let Op::ThereAndBack(raw, by) = op else { return vec![op.clone()] };
        let Some((at, _)) = self.mutable(*raw) else { return Vec::new() };
        let now = self.model.slots[at].current.map_or(0, |current| self.model.data(current));
        vec![Op::Update(*raw, now + by), Op::Update(*raw, now)]
    }

    /// Does it in both, and compares how it ended.
    pub(crate) fn step(&mut self, op: &Op) {
        self.ran = false;
        let ends = match op {
            Op::Get(raw) => self.any(*raw).map(|at| self.get(at)),
            Op::Hold(raw) => self.any(*raw).map(|at| self.hold(at)),
            Op::Update(raw, data) => {
                self.mutable(*raw).map(|(at, node)| self.update(at, node, *data))
            }
            Op::Modify(raw, by) => self.mutable(*raw).map(|(at, node)| self.modify(at, node, *by)),
            Op::Batch(parts, fails) => Some(self.batch(parts, *fails)),
            Op::Release(raw) => self.live(*raw).map(|at| self.release(at)),
            Op::Reload(raw) => self.live(*raw).map(|at| self.reload(at)),
            _ => {
                self.step_aside(op);
                None
            }
        };
        if let Some((seen, expected)) = ends {
            assert_eq!(seen, expected, "how it ended");
        }
    }

    /// The operations that end in no way of their own.
    fn step_aside(&mut self, op: &Op) {
        let of = |raw: usize, count: usize| raw.checked_rem(count);
        match *op {
            Op::LetGo(raw) => {
                if let Some(at) = of(raw, self.held.len()) {
                    drop(self.held.swap_remove(at));
                    self.model.holds.swap_remove(at);
                }
            }
            Op::Follow(raw) => {
                if let Some(at) = self.live(raw) {
                    self.follow(at);
                }
            }
            Op::Unfollow(raw) => {
                if let Some(at) = of(raw, self.followers.len()) {
                    let (id, subscription) = self.followers.swap_remove(at);
                    drop(subscription);
                    self.model.followers.retain(|follower| follower.id != id);
                }
            }
            Op::Watch(raw) => {
                if let Some(at) = self.live(raw) {
                    self.watch(at);
                }
            }
            Op::Poll(raw) => {
                if let Some(at) = of(raw, self.watchers.len()) {
                    self.poll(at);
                }
            }
            Op::Unwatch(raw) => {
                if let Some(at) = of(raw, self.watchers.len()) {
                    drop(self.watchers.swap_remove(at));
                    self.model.watchers.swap_remove(at);
                }
            }
            Op::Fail(raw) => {
                if let Some(at) = self.any(raw).filter(|at| !self.cannot_fail.contains(at)) {
                    self.recorder.seen().failing.insert(at);
                    self.model.failing.insert(at);
                }
            }
            Op::Mend => {
                self.recorder.seen().failing.clear();
                self.model.failing.clear();
            }
            Op::Dispose => {
                self.scope.dispose().unwrap();
                self.model.disposed = true;
            }
            _ => unreachable!("{op:?} ends in some way"),
        }
    }
}

/// The members whose failure one build may meet twice, by a handle and by an edge.
/// Whether it then tries once or twice is not for a model to say.
fn met_twice(graph: &Graph) -> BTreeSet<usize> {
    let is_hard = |wire: &Wire| wire.edge.is_hard();
    let mut twice = BTreeSet::new();
    for reader in 0..graph.len() {
        let read = graph.closure(graph.below(reader, |wire| wire.reads), |wire| {
            wire.edge.is_hard() || wire.reads
        });
        let tops = (0..graph.len()).map(|top| graph.closure([top], is_hard));
        for top in tops.filter(|top| top.contains(&reader)) {
            twice.extend(read.intersection(&top));
        }
    }
    twice
}
