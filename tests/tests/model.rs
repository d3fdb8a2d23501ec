//! All rules of live values together: random operations on a scope, compared with
//! a model that predicts every value, every run of a function, and every cleanup.

#[path = "model/graph.rs"]
mod graph;
#[path = "model/model.rs"]
mod plain;

use std::cell::Cell;

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use pumped::Scope;
use pumped::error::{ResolveErrorKind, ScopeError};

use graph::{Board, Held, NODES};
use plain::{Failure, Model, position};

#[derive(Clone, Debug)]
enum Op {
    Get(usize),
    Hold(usize),
    LetGo(usize),
    Update(usize, i64),
    Modify(usize, i64),
    Release(usize),
    Reload(usize),
    Fail(usize),
    Mend,
    Dispose,
}

fn any_op() -> impl Strategy<Value = Op> {
    let any = || 0..NODES.len();
    let live = || {
        let live = (0..NODES.len()).filter(|at| NODES[*at].live.is_some());
        prop::sample::select(live.collect::<Vec<_>>())
    };
    let mutable = || {
        let mutable = (0..NODES.len()).filter(|at| NODES[*at].mutable.is_some());
        prop::sample::select(mutable.collect::<Vec<_>>())
    };
    prop_oneof![
        12 => any().prop_map(Op::Get),
        4 => any().prop_map(Op::Hold),
        4 => any().prop_map(Op::LetGo),
        10 => (mutable(), 0..5_i64).prop_map(|(at, data)| Op::Update(at, data)),
        5 => (mutable(), 0..3_i64).prop_map(|(at, data)| Op::Modify(at, data)),
        3 => live().prop_map(Op::Release),
        3 => live().prop_map(Op::Reload),
        3 => any().prop_map(Op::Fail),
        3 => Just(Op::Mend),
        1 => Just(Op::Dispose),
    ]
}

/// A scope and its model, side by side.
struct Pair {
    scope: Scope,
    board: Board,
    model: Model,
    held: Vec<Held>,
}

/// How an operation ended, in the model and in the scope.
#[derive(Debug, PartialEq)]
enum End {
    Done(Option<u64>),
    Failed(Failure),
    Disposed,
}

impl From<Result<u64, Failure>> for End {
    fn from(result: Result<u64, Failure>) -> Self {
        result.map_or_else(End::Failed, |serial| End::Done(Some(serial)))
    }
}

fn end_of<T>(result: Result<T, ScopeError>, serial: impl FnOnce(T) -> Option<u64>) -> End {
    match result {
        Ok(value) => End::Done(serial(value)),
        Err(ScopeError::Disposed) => End::Disposed,
        Err(ScopeError::Resolve(error)) => {
            assert_eq!(error.kind(), ResolveErrorKind::Failed, "{error}");
            End::Failed(NODES[position(error.executor())].name)
        }
        Err(error) => panic!("{error}"),
    }
}

impl Pair {
    fn new() -> Self {
        let board = Board::default();
        let scope = Scope::builder().tag(board.clone()).build().unwrap();
        Self { scope, board, model: Model::default(), held: Vec::new() }
    }

    /// What an operation on the scope ran, for the model to account for.
    fn take_runs(&mut self) {
        for (name, run) in self.board.seen().builds.drain(..) {
            assert!(self.model.runs.insert(name, run).is_none(), "`{name}` was run twice");
        }
    }

    fn dep(&mut self, at: usize) -> (End, Option<Held>) {
        let mut held = None;
        let result = (NODES[at].dep)(&self.scope).map_err(ScopeError::from);
        let end = end_of(result, |value| {
            let serial = value.built.serial;
            held = Some(value);
            Some(serial)
        });
        (end, held)
    }

    fn modify(&mut self, at: usize, by: i64) -> (End, Option<(u64, i64)>) {
        let new = Cell::new(None);
        let result = {
            let change = |now: &graph::Value| {
                let value = self.board.given((now.built.data + by) % 7);
                new.set(Some((value.built.serial, value.built.data)));
                value
            };
            (NODES[at].mutable.as_ref().unwrap().modify)(&self.scope, &change)
        };
        (end_of(result, |()| None), new.take())
    }

    /// Does it in both, and compares how it ended.
    fn step(&mut self, op: &Op) {
        let disposed = self.model.disposed;
        let (seen, expected) = match *op {
            Op::Get(at) => {
                let (end, value) = self.dep(at);
                drop(value);
                self.take_runs();
                (end, if disposed { End::Disposed } else { self.model.get(at).into() })
            }
            Op::Hold(at) => {
                let (end, value) = self.dep(at);
                self.take_runs();
                let expected = if disposed { End::Disposed } else { self.model.get(at).into() };
                self.model.holds.extend(value.iter().map(|value| value.built.serial));
                self.held.extend(value);
                (end, expected)
            }
            Op::LetGo(at) => {
                if !self.held.is_empty() {
                    let at = at % self.held.len();
                    drop(self.held.swap_remove(at));
                    self.model.holds.swap_remove(at);
                }
                return;
            }
            Op::Update(at, data) => {
                let value = self.board.given(data);
                let serial = value.built.serial;
                let result = (NODES[at].mutable.as_ref().unwrap().update)(&self.scope, value);
                self.take_runs();
                if !disposed {
                    self.model.put(at, serial, data);
                }
                (end_of(result, |()| None), if disposed { End::Disposed } else { End::Done(None) })
            }
            Op::Modify(at, by) => {
                let (end, new) = self.modify(at, by);
                self.take_runs();
                if disposed {
                    return assert_eq!((end, new), (End::Disposed, None));
                }
                let expected = self.model.get(at).map(|old| {
                    let data = (self.model.versions[&old].data + by) % 7;
                    let (serial, given) = new.expect("the change was made");
                    assert_eq!(given, data, "the value that a modify started from");
                    self.model.put(at, serial, data);
                });
                (end, expected.map_or_else(End::Failed, |()| End::Done(None)))
            }
            Op::Release(at) => {
                let result = (NODES[at].live.as_ref().unwrap().release)(&self.scope);
                if !disposed {
                    self.model.release(at);
                }
                (end_of(result, |()| None), if disposed { End::Disposed } else { End::Done(None) })
            }
            Op::Reload(at) => {
                let result = (NODES[at].live.as_ref().unwrap().reload)(&self.scope);
                self.take_runs();
                let end = end_of(result, |built| Some(built.serial));
                if disposed {
                    return assert_eq!(end, End::Disposed);
                }
                self.model.release(at);
                (end, self.model.get(at).into())
            }
            Op::Fail(at) => {
                self.board.seen().failing.insert(NODES[at].name);
                self.model.failing.insert(NODES[at].name);
                return;
            }
            Op::Mend => {
                self.board.seen().failing.clear();
                self.model.failing.clear();
                return;
            }
            Op::Dispose => {
                self.scope.dispose().unwrap();
                self.model.disposed = true;
                return;
            }
        };
        assert_eq!(seen, expected, "how it ended");
    }

    /// Compares everything that can be seen.
    fn check(&mut self, op: &Op) {
        assert!(self.board.seen().builds.is_empty(), "something was run");
        let more: Vec<_> = self.model.runs.keys().collect();
        assert!(more.is_empty(), "run without need: {more:?}");
        for (at, node) in NODES.iter().enumerate() {
            let (slot, name) = (self.model.slots[at], node.name);
            let peeked = (node.peek)(&self.scope).map(|value| value.serial);
            let (current, cached) = if self.model.disposed {
                (None, false)
            } else {
                (slot.current, self.model.is_cached(at))
            };
            assert_eq!(peeked, current, "peek of `{name}`");
            assert_eq!((node.is_cached)(&self.scope), cached, "is_cached of `{name}`");
        }
        for (held, serial) in self.held.iter().zip(&self.model.holds) {
            let version = &self.model.versions[serial];
            assert_eq!(
                (held.built.serial, held.built.data),
                (*serial, version.data),
                "a held value"
            );
        }
        self.check_cleanups(op);
    }

    /// Rules 16 and 17: which cleanups ran, each once, and in which order.
    fn check_cleanups(&mut self, op: &Op) {
        let closed = std::mem::take(&mut self.board.seen().closed);
        let expected = self.model.close_what_is_free();
        let mut sorted = closed.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, expected.into_iter().collect::<Vec<_>>(), "the cleanups that ran");
        for (at, above) in closed.iter().enumerate() {
            for earlier in &closed[..at] {
                let below = self.model.below(*above);
                assert!(
                    !below.contains(earlier),
                    "{earlier} was closed before {above}, {closed:?}"
                );
            }
        }
        let newest_first = closed.is_sorted_by(|one, other| one > other);
        match op {
            // All of it became free at once, and values are numbered in the order of building.
            Op::LetGo(_) | Op::Release(_) | Op::Update(..) => assert!(newest_first, "{closed:?}"),
            Op::Dispose => self.check_soft_edges(&closed),
            _ => {}
        }
    }

    /// Lazy handles and controllers bind the order of what they can reach.
    fn check_soft_edges(&self, closed: &[u64]) {
        let place = |name: &str| {
            let current = self.model.slots[position(name)].current?;
            closed.iter().position(|serial| *serial == current)
        };
        for (above, below) in [("chooser", "sum"), ("chooser", "frozen"), ("page", "base")] {
            if let (Some(above_at), Some(below_at)) = (place(above), place(below)) {
                assert!(above_at < below_at, "`{below}` was closed before `{above}`: {closed:?}");
            }
        }
    }

    /// The end of it: everything is closed once and dropped.
    fn end(mut self) {
        drop(self.scope);
        self.model.disposed = true;
        let mut closed = std::mem::take(&mut self.board.seen().closed);
        closed.sort_unstable();
        assert_eq!(
            closed,
            self.model.close_what_is_free().into_iter().collect::<Vec<_>>(),
            "at the end"
        );
        for (held, serial) in self.held.iter().zip(&self.model.holds) {
            assert_eq!(held.built.serial, *serial, "a value that outlives its scope");
        }
        self.held.clear();
        assert!(self.board.seen().closed.is_empty(), "cleaned up twice");
        assert_eq!(self.board.holders(), 1, "values are left");
    }
}

/// Rules 2, 8, 9, 11 to 14 and 16 to 19, for one thread.
///
/// The seed is pinned; `MODEL_SEED` (a number) and `MODEL_CASES` ask for others.
#[test]
fn a_scope_does_what_the_model_says() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u32>().ok());
    let mut seed = [7; 32];
    seed[..4].copy_from_slice(&number("MODEL_SEED").unwrap_or(1).to_le_bytes());
    let config = Config {
        cases: number("MODEL_CASES").unwrap_or(600),
        failure_persistence: None,
        max_shrink_iters: 20_000,
        ..Config::default()
    };
    let mut runner =
        TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &seed));
    let ops = prop::collection::vec(any_op(), 1..80);
    let outcome = runner.run(&ops, |ops| {
        let mut pair = Pair::new();
        for op in &ops {
            pair.step(op);
            pair.check(op);
        }
        pair.end();
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}
