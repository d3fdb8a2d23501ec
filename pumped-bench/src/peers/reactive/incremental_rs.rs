//! `incremental`, a port of Jane Street's.

use incremental::{Incr, IncrState, Observer, Var};

use super::{Library, Shape, shapes};
use crate::peers::{Contestant, Threads, Who};

static WHO: Who = Who {
    name: "incremental",
    is_peer: true,
    threads: Threads::One,
    about: "incremental computation; `set` does nothing by itself, `stabilise` recomputes all that \
            is observed; each read clones the value; a node compares always, and cuts off",
};

pub(super) fn offer(shape: Shape) -> Contestant {
    let not = match shape {
        Shape::Update(_) => "one thread; tells nobody: that is left to `stabilise`",
        Shape::Warm => "one thread; not current before `stabilise`",
        _ => "one thread; all or nothing: `stabilise` recomputes what nobody reads",
    };
    Contestant::new(&WHO, not, move || shapes::make::<Incremental>(shape))
}

struct Incremental {
    state: IncrState,
}

impl Library for Incremental {
    type Source = Var<u64>;
    type Node = Incr<u64>;
    type Reader = Observer<u64>;

    fn new() -> Self {
        Self { state: IncrState::new() }
    }

    fn source(&self) -> Var<u64> {
        self.state.var(0)
    }

    fn follow(
        &self,
        source: &Var<u64>,
        f: impl Fn(u64) -> u64 + Send + Sync + 'static,
    ) -> Incr<u64> {
        source.map(move |v| f(*v))
    }

    fn map(&self, below: &Incr<u64>, f: impl Fn(u64) -> u64 + Send + Sync + 'static) -> Incr<u64> {
        below.map(move |v| f(*v))
    }

    fn sum(&self, below: Vec<Incr<u64>>) -> Incr<u64> {
        self.state.fold(below, 0, |sum, v| sum + v)
    }

    fn reader(&self, node: &Incr<u64>) -> Observer<u64> {
        node.observe()
    }

    fn set(&self, source: &Var<u64>, value: u64) {
        source.set(value);
    }

    fn settle(&self) {
        self.state.stabilise();
    }

    fn read(&self, reader: &Observer<u64>) -> u64 {
        reader.value()
    }
}
