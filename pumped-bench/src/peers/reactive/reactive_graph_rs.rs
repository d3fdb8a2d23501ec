//! `reactive_graph`, of Leptos.

use reactive_graph::computed::Memo;
use reactive_graph::owner::Owner;
use reactive_graph::signal::RwSignal;
use reactive_graph::traits::{Get, Set};

use super::{Library, Shape, shapes};
use crate::peers::{Contestant, Threads, Who};

static WHO: Who = Who {
    name: "reactive_graph",
    is_peer: true,
    threads: Threads::Many,
    about: "signals; a lock for each node and one for the arena of the process; each read clones \
            the value; a memo compares always, and cuts off; no graph to look at, no cleanup of a \
            replaced value (only of what an owner owns)",
};

pub(super) fn offer(shape: Shape) -> Contestant {
    let not = match shape {
        Shape::WarmTwoThreads => {
            return Contestant::new(&WHO, "", shapes::make_two_threads::<Leptos>);
        }
        Shape::Update(_) | Shape::UpdateAndRead(_) => "no cleanup of what is replaced",
        _ => "",
    };
    Contestant::new(&WHO, not, move || shapes::make::<Leptos>(shape))
}

struct Leptos {
    owner: Owner,
}

impl Library for Leptos {
    type Source = RwSignal<u64>;
    type Node = Memo<u64>;
    type Reader = Memo<u64>;

    fn new() -> Self {
        Self { owner: Owner::new() }
    }

    fn within<R>(&self, make: impl FnOnce() -> R) -> R {
        self.owner.with(make)
    }

    fn source(&self) -> RwSignal<u64> {
        RwSignal::new(0)
    }

    fn follow(
        &self,
        &source: &RwSignal<u64>,
        f: impl Fn(u64) -> u64 + Send + Sync + 'static,
    ) -> Memo<u64> {
        Memo::new(move |_| f(source.get()))
    }

    fn map(&self, &below: &Memo<u64>, f: impl Fn(u64) -> u64 + Send + Sync + 'static) -> Memo<u64> {
        Memo::new(move |_| f(below.get()))
    }

    fn sum(&self, below: Vec<Memo<u64>>) -> Memo<u64> {
        Memo::new(move |_| below.iter().map(Get::get).sum())
    }

    fn reader(&self, &node: &Memo<u64>) -> Memo<u64> {
        node
    }

    fn set(&self, source: &RwSignal<u64>, value: u64) {
        source.set(value);
    }

    fn read(&self, reader: &Memo<u64>) -> u64 {
        reader.get()
    }

    fn dispose(self) {
        self.owner.cleanup();
    }
}
