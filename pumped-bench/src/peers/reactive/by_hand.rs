//! The shapes written by hand: once so that threads may share them, with a
//! `Mutex<Option<Arc<T>>>` and a dirty flag for each value, and once with the plain
//! cells that one thread needs. An update marks what it knows to follow.

use std::cell::Cell;
use std::hint::black_box;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{LOOPS, READS, Shape, busy, zero};
use crate::peers::{Contestant, Threads, Updates, Who};
use crate::threads::Parallel;
use crate::workload::{Run, numbered, run};

static MANY: Who = Who {
    name: "by hand",
    is_peer: false,
    threads: Threads::Many,
    about: "a `Mutex<Option<Arc<T>>>` and a dirty flag for each value, and a list of what to mark, \
            kept in order by whoever changes the code; a reader may see one value before and \
            another after a change",
};

static ONE: Who = Who {
    name: "by hand, one thread",
    is_peer: false,
    threads: Threads::One,
    about: "a `Cell` and a dirty flag for each value: the least that an update can cost",
};

pub(super) fn many(shape: Shape) -> Contestant {
    Contestant::new(&MANY, "", move || match shape {
        Shape::WarmTwoThreads => {
            let graph = warm::<MutexSource, Derived>();
            Parallel::boxed(2, LOOPS, move |_| read_warm(&graph))
        }
        _ => make::<MutexSource, Derived>(shape),
    })
}

pub(super) fn one(shape: Shape) -> Contestant {
    Contestant::new(&ONE, "one thread", move || make::<Cell<u64>, Plain>(shape))
}

trait Source: Default + 'static {
    fn get(&self) -> u64;
    /// Stores a value and marks what follows, in one step.
    fn set(&self, value: u64, mark: impl FnOnce());
}

trait Node: Default + 'static {
    fn mark(&self);
    fn get(&self, build: impl FnOnce() -> u64) -> u64;
    /// Builds it again where it is marked, and says if it is another one now.
    fn refresh(&self, build: impl FnOnce() -> u64, changed: impl FnOnce());
}

type MutexSource = Mutex<Arc<u64>>;

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Source for MutexSource {
    fn get(&self) -> u64 {
        let value = lock(self).clone();
        *value
    }

    fn set(&self, value: u64, mark: impl FnOnce()) {
        let value = Arc::new(value);
        let mut source = lock(self);
        mark();
        *source = value;
    }
}

/// A value that is computed again if something below has changed.
struct Derived {
    value: Mutex<Option<Arc<u64>>>,
    dirty: AtomicBool,
}

impl Default for Derived {
    fn default() -> Self {
        Self { value: Mutex::new(None), dirty: AtomicBool::new(true) }
    }
}

impl Node for Derived {
    fn mark(&self) {
        self.dirty.store(true, Ordering::Release);
    }

    fn get(&self, build: impl FnOnce() -> u64) -> u64 {
        let mut value = lock(&self.value);
        if self.dirty.swap(false, Ordering::AcqRel) {
            *value = None;
        }
        // Given out as what it is, a value that is shared.
        let shared = value.get_or_insert_with(|| Arc::new(build())).clone();
        *shared
    }

    fn refresh(&self, build: impl FnOnce() -> u64, changed: impl FnOnce()) {
        let mut value = lock(&self.value);
        if self.dirty.swap(false, Ordering::AcqRel) {
            let new = build();
            if value.as_deref() != Some(&new) {
                *value = Some(Arc::new(new));
                changed();
            }
        }
    }
}

impl Source for Cell<u64> {
    fn get(&self) -> u64 {
        self.get()
    }

    fn set(&self, value: u64, mark: impl FnOnce()) {
        self.set(value);
        mark();
    }
}

/// A value and whether it is current.
#[derive(Default)]
struct Plain {
    value: Cell<Option<u64>>,
    clean: Cell<bool>,
}

impl Node for Plain {
    fn mark(&self) {
        self.clean.set(false);
    }

    fn get(&self, build: impl FnOnce() -> u64) -> u64 {
        match self.value.get() {
            Some(value) if self.clean.get() => value,
            _ => {
                let value = build();
                self.value.set(Some(value));
                self.clean.set(true);
                value
            }
        }
    }

    fn refresh(&self, build: impl FnOnce() -> u64, changed: impl FnOnce()) {
        if !self.clean.replace(true) {
            let new = build();
            if self.value.replace(Some(new)) != Some(new) {
                changed();
            }
        }
    }
}

/// A source and the nodes of a shape.
struct Graph<S, N> {
    source: S,
    nodes: Box<[N]>,
}

impl<S: Source, N: Node> Graph<S, N> {
    fn new(count: usize) -> Self {
        Self { source: S::default(), nodes: (0..count).map(|_| N::default()).collect() }
    }

    fn set(&self, value: u64) {
        self.source.set(value, || self.nodes.iter().for_each(N::mark));
    }

    /// A node of a chain that begins at the source.
    fn chain(&self, at: usize) -> u64 {
        self.nodes[at].get(|| if at == 0 { self.source.get() } else { self.chain(at - 1) } + 1)
    }

    fn followers(&self) -> u64 {
        let numbered = self.nodes.iter().zip(1..);
        numbered.map(|(node, number)| node.get(|| self.source.get() + number)).sum()
    }

    fn fan(&self) -> u64 {
        let (middle, top) = self.nodes.split_first().expect("eleven");
        let middle = || middle.get(|| self.source.get() + 1);
        top.iter().zip(1..).map(|(node, number)| node.get(|| middle() + number)).sum()
    }

    fn broad(&self) -> u64 {
        let (below, above) = self.nodes.split_at(50);
        let pairs = below.iter().zip(above).zip(1..);
        pairs
            .map(|((below, above), number)| {
                above.get(|| below.get(|| self.source.get() + number) + 1)
            })
            .sum()
    }

    fn diamond(&self) -> u64 {
        let (sum, five) = self.nodes.split_last().expect("six");
        sum.get(|| five.iter().map(|node| node.get(|| self.source.get() + 1)).sum())
    }

    fn triangle(&self) -> u64 {
        let (sum, ten) = self.nodes.split_last().expect("eleven");
        sum.get(|| (0..ten.len()).map(|at| self.step(at)).sum())
    }

    /// A node of the triangle: the first is the source's value.
    fn step(&self, at: usize) -> u64 {
        self.nodes[at].get(|| match at.checked_sub(1) {
            None => self.source.get(),
            Some(below) => self.step(below) + 1,
        })
    }

    /// An update marks the first two only.
    fn set_avoidable(&self, value: u64) {
        self.source.set(value, || self.nodes[..2].iter().for_each(N::mark));
    }

    fn avoidable(&self) -> u64 {
        let [first, same, third, fourth, fifth] = &self.nodes[..] else { unreachable!("five") };
        let build = || zero(first.get(|| self.source.get()));
        same.refresh(build, || [third, fourth, fifth].into_iter().for_each(N::mark));
        let third = || third.get(|| same.get(build) + 1 + busy());
        fifth.get(|| fourth.get(|| third() + 2) + 3)
    }
}

fn make<S: Source, N: Node>(shape: Shape) -> Box<dyn Run> {
    match shape {
        Shape::Fan => set_and_read::<S, N>(11, Graph::set, Graph::fan),
        Shape::Chain => set_and_read::<S, N>(50, Graph::set, |graph| graph.chain(49)),
        Shape::Broad => set_and_read::<S, N>(100, Graph::set, Graph::broad),
        Shape::Diamond => set_and_read::<S, N>(6, Graph::set, Graph::diamond),
        Shape::Triangle => set_and_read::<S, N>(11, Graph::set, Graph::triangle),
        Shape::Avoidable => set_and_read::<S, N>(5, Graph::set_avoidable, Graph::avoidable),
        Shape::Warm => {
            let graph = warm::<S, N>();
            run(move || read_warm(&graph))
        }
        Shape::WarmTwoThreads => unreachable!("not by one thread"),
        Shape::Update(count) => {
            let graph = Graph::<S, N>::new(count);
            graph.followers();
            Updates::boxed(graph, |graph, value| graph.set(value), |graph| graph.followers())
        }
        Shape::UpdateAndRead(count) => set_and_read::<S, N>(count, Graph::set, Graph::followers),
        Shape::Creation => run(|| Graph::<S, N>::new(1_000).followers()),
    }
}

fn set_and_read<S: Source, N: Node>(
    nodes: usize,
    set: impl Fn(&Graph<S, N>, u64) + 'static,
    read: impl Fn(&Graph<S, N>) -> u64 + 'static,
) -> Box<dyn Run> {
    let graph = Graph::new(nodes);
    read(&graph);
    numbered(move |value| {
        set(&graph, value);
        read(&graph)
    })
}

fn warm<S: Source, N: Node>() -> Graph<S, N> {
    let graph = Graph::new(1);
    graph.followers();
    graph
}

#[inline(never)]
fn read_warm<S: Source, N: Node>(graph: &Graph<S, N>) -> u64 {
    let read = |_| {
        let graph = black_box(graph);
        graph.nodes[0].get(|| graph.source.get() + 1)
    };
    (0..READS).map(read).sum()
}
