//! `sycamore-reactive`.

use sycamore_reactive::{
    ReadSignal, RootHandle, Signal, create_memo, create_root, create_selector, create_signal,
};

use super::{Library, Shape, shapes};
use crate::peers::{Contestant, Threads, Who};

static WHO: Who = Who {
    name: "sycamore-reactive",
    is_peer: true,
    threads: Threads::One,
    about: "signals; an update recomputes at once all that follows, read or not; a memo cuts off \
            nothing, a selector does",
};

pub(super) fn offer(shape: Shape) -> Contestant {
    let not = match shape {
        Shape::Update(_) => "one thread; has recomputed all followers already",
        _ => "one thread; eager",
    };
    Contestant::new(&WHO, not, move || shapes::make::<Sycamore>(shape))
}

struct Sycamore {
    root: RootHandle,
}

impl Library for Sycamore {
    type Source = Signal<u64>;
    type Node = ReadSignal<u64>;
    type Reader = ReadSignal<u64>;

    fn new() -> Self {
        Self { root: create_root(|| {}) }
    }

    fn within<R>(&self, make: impl FnOnce() -> R) -> R {
        self.root.run_in(make)
    }

    fn source(&self) -> Signal<u64> {
        create_signal(0)
    }

    fn follow(
        &self,
        &source: &Signal<u64>,
        f: impl Fn(u64) -> u64 + Send + Sync + 'static,
    ) -> ReadSignal<u64> {
        create_memo(move || f(source.get()))
    }

    fn map(
        &self,
        &below: &ReadSignal<u64>,
        f: impl Fn(u64) -> u64 + Send + Sync + 'static,
    ) -> ReadSignal<u64> {
        create_memo(move || f(below.get()))
    }

    fn map_eq(
        &self,
        &below: &ReadSignal<u64>,
        f: impl Fn(u64) -> u64 + Send + Sync + 'static,
    ) -> ReadSignal<u64> {
        create_selector(move || f(below.get()))
    }

    fn sum(&self, below: Vec<ReadSignal<u64>>) -> ReadSignal<u64> {
        create_memo(move || below.iter().map(|node| node.get()).sum())
    }

    fn reader(&self, &node: &ReadSignal<u64>) -> ReadSignal<u64> {
        node
    }

    fn set(&self, source: &Signal<u64>, value: u64) {
        source.set(value);
    }

    fn read(&self, reader: &ReadSignal<u64>) -> u64 {
        reader.get()
    }

    fn dispose(self) {
        self.root.dispose();
    }
}
