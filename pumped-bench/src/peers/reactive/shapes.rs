//! The shapes of a [`Library`].

use std::hint::black_box;

use super::{LOOPS, Library, READS, Shape, busy, zero};
use crate::peers::Updates;
use crate::threads::Parallel;
use crate::workload::{Run, numbered, run};

/// Nodes, their source, and what reads them.
struct Graph<L: Library> {
    library: L,
    source: L::Source,
    readers: Vec<L::Reader>,
}

impl<L: Library> Graph<L> {
    fn new(make: impl FnOnce(&L, &L::Source) -> Vec<L::Node>) -> Self {
        let library = L::new();
        let (source, readers) = library.within(|| {
            let source = library.source();
            let nodes = make(&library, &source);
            (source, nodes.iter().map(|node| library.reader(node)).collect())
        });
        Self { library, source, readers }
    }

    fn set(&self, value: u64) {
        self.library.set(&self.source, value);
    }

    fn read(&self) -> u64 {
        self.library.settle();
        self.readers.iter().map(|reader| self.library.read(reader)).sum()
    }
}

/// The run of a shape on one thread.
pub(super) fn make<L: Library>(shape: Shape) -> Box<dyn Run> {
    match shape {
        Shape::Fan => set_and_read::<L>(|l, source| {
            let middle = l.follow(source, |v| v + 1);
            (1..=10).map(|at| l.map(&middle, move |v| v + at)).collect()
        }),
        Shape::Chain => set_and_read::<L>(|l, source| {
            let first = l.follow(source, |v| v + 1);
            vec![(1..50).fold(first, |below, _| l.map(&below, |v| v + 1))]
        }),
        Shape::Broad => set_and_read::<L>(|l, source| {
            let pair = |at| {
                let below = l.follow(source, move |v| v + at);
                l.map(&below, |v| v + 1)
            };
            (1..=50).map(pair).collect()
        }),
        Shape::Diamond => set_and_read::<L>(|l, source| {
            vec![l.sum((0..5).map(|_| l.follow(source, |v| v + 1)).collect())]
        }),
        Shape::Triangle => set_and_read::<L>(|l, source| {
            let mut nodes = vec![l.follow(source, |v| v)];
            for at in 1..10 {
                nodes.push(l.map(&nodes[at - 1], |v| v + 1));
            }
            vec![l.sum(nodes)]
        }),
        Shape::Avoidable => set_and_read::<L>(|l, source| {
            let first = l.follow(source, |v| v);
            let same = l.map_eq(&first, zero);
            let third = l.map(&same, |v| v + 1 + busy());
            let fourth = l.map(&third, |v| v + 2);
            vec![l.map(&fourth, |v| v + 3)]
        }),
        Shape::Warm => {
            let graph = warm::<L>();
            run(move || read_warm(&graph.library, &graph.readers[0]))
        }
        Shape::WarmTwoThreads => unreachable!("not by one thread"),
        Shape::Update(count) => {
            let graph = followers::<L>(count);
            graph.read();
            Updates::boxed(graph, |graph, value| graph.set(value), |graph| graph.read())
        }
        Shape::UpdateAndRead(count) => {
            let graph = followers::<L>(count);
            graph.read();
            numbered(move |value| {
                graph.set(value);
                graph.read()
            })
        }
        Shape::Creation => run(|| {
            let graph = followers::<L>(1_000);
            let sum = graph.read();
            let Graph { library, source, readers } = graph;
            drop((source, readers));
            library.dispose();
            sum
        }),
    }
}

/// The run of the shape on two threads.
pub(super) fn make_two_threads<L>() -> Box<dyn Run>
where
    L: Library<Source: Sync, Reader: Sync> + Sync,
{
    let graph = warm::<L>();
    Parallel::boxed(2, LOOPS, move |_| read_warm(&graph.library, &graph.readers[0]))
}

fn set_and_read<L: Library>(make: impl FnOnce(&L, &L::Source) -> Vec<L::Node>) -> Box<dyn Run> {
    let graph = Graph::new(make);
    graph.read();
    numbered(move |value| {
        graph.set(value);
        graph.read()
    })
}

fn followers<L: Library>(count: usize) -> Graph<L> {
    Graph::new(|l: &L, source| {
        (1..).take(count).map(|at: u64| l.follow(source, move |v| v + at)).collect()
    })
}

fn warm<L: Library>() -> Graph<L> {
    let graph = Graph::new(|l: &L, source| vec![l.follow(source, |v| v + 1)]);
    graph.read();
    graph
}

#[inline(never)]
fn read_warm<L: Library>(library: &L, reader: &L::Reader) -> u64 {
    (0..READS).map(|_| black_box(library).read(black_box(reader))).sum()
}
