//! `alien-signals`.

use alien_signals::{Computed, Signal, computed, signal};

use super::{Library, Shape, shapes};
use crate::peers::{Contestant, Threads, Who};

static WHO: Who = Who {
    name: "alien-signals",
    is_peer: true,
    threads: Threads::One,
    about: "signals; one arena for the process, which must be used by one thread only and frees \
            no node; each read clones the value; a node compares always, and cuts off",
};

pub(super) fn offer(shape: Shape) -> Contestant {
    let not = match shape {
        Shape::Creation => "frees nothing",
        _ => "one thread; no cleanup",
    };
    Contestant::new(&WHO, not, move || shapes::make::<Alien>(shape))
}

struct Alien;

impl Library for Alien {
    type Source = Signal<u64>;
    type Node = Computed<u64>;
    type Reader = Computed<u64>;

    fn new() -> Self {
        Self
    }

    fn source(&self) -> Signal<u64> {
        signal(0)
    }

    fn follow(
        &self,
        &source: &Signal<u64>,
        f: impl Fn(u64) -> u64 + Send + Sync + 'static,
    ) -> Computed<u64> {
        computed(move |_| f(source.get()))
    }

    fn map(
        &self,
        &below: &Computed<u64>,
        f: impl Fn(u64) -> u64 + Send + Sync + 'static,
    ) -> Computed<u64> {
        computed(move |_| f(below.get()))
    }

    fn sum(&self, below: Vec<Computed<u64>>) -> Computed<u64> {
        computed(move |_| below.iter().map(Computed::get).sum::<u64>())
    }

    fn reader(&self, &node: &Computed<u64>) -> Computed<u64> {
        node
    }

    fn set(&self, source: &Signal<u64>, value: u64) {
        source.set(value);
    }

    fn read(&self, reader: &Computed<u64>) -> u64 {
        reader.get()
    }
}
