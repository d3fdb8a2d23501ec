//! `salsa`: an input, and tracked functions of it.

use std::hint::black_box;
use std::sync::{Mutex, PoisonError};

use salsa::{Database, DatabaseImpl, Setter};

use super::{LOOPS, READS, Shape, busy, zero};
use crate::peers::{Contestant, Threads, Updates, Who};
use crate::threads::Parallel;
use crate::workload::{Run, numbered, run};

static WHO: Who = Who {
    name: "salsa",
    is_peer: true,
    threads: Threads::Many,
    about: "incremental queries; each thread has a handle of its own, and an update waits until \
            all others are gone; after an update, a read verifies all that is below; a query \
            compares always, and cuts off; no cleanup of a replaced value",
};

pub(super) fn offer(shape: Shape) -> Contestant {
    let not = match shape {
        Shape::Update(_) => "marks nothing: each read verifies; needs `&mut`",
        Shape::WarmTwoThreads => "a handle for each thread; no update while they are there",
        Shape::Warm | Shape::Creation => "",
        _ => "needs `&mut` for the update",
    };
    Contestant::new(&WHO, not, move || make(shape))
}

#[salsa::input]
struct Source {
    #[returns(copy)]
    value: u64,
}

/// One of many that follow a source.
#[salsa::input]
struct Follower {
    #[returns(copy)]
    source: Source,
    #[returns(copy)]
    number: u64,
}

#[salsa::tracked(returns(copy))]
fn followed(db: &dyn Database, follower: Follower) -> u64 {
    follower.source(db).value(db) + follower.number(db)
}

struct Followers {
    db: DatabaseImpl,
    source: Source,
    all: Vec<Follower>,
}

impl Followers {
    fn new(count: usize) -> Self {
        let db = DatabaseImpl::new();
        let source = Source::new(&db, 0);
        let followers = (1..).take(count).map(|number| Follower::new(&db, source, number));
        let all = followers.collect();
        Self { db, source, all }
    }

    fn set(&mut self, value: u64) {
        self.source.set_value(&mut self.db).to(value);
    }

    fn read(&self) -> u64 {
        self.all.iter().map(|&follower| followed(&self.db, follower)).sum()
    }
}

fn make(shape: Shape) -> Box<dyn Run> {
    match shape {
        Shape::Fan => set_and_read(fan::read),
        Shape::Chain => set_and_read(chain::read),
        Shape::Broad => set_and_read(broad::read),
        Shape::Diamond => set_and_read(diamond::sum),
        Shape::Triangle => set_and_read(triangle::sum),
        Shape::Avoidable => set_and_read(avoidable::fifth),
        Shape::Warm => {
            let db = DatabaseImpl::new();
            let source = Source::new(&db, 0);
            run(move || read_warm(&db, source))
        }
        Shape::WarmTwoThreads => {
            let db = DatabaseImpl::new();
            let source = Source::new(&db, 0);
            // A handle can be sent to a thread, not shared: each thread has its own.
            let handles = [Mutex::new(db.clone()), Mutex::new(db)];
            Parallel::boxed(2, LOOPS, move |thread| {
                let db = handles[thread].lock().unwrap_or_else(PoisonError::into_inner);
                read_warm(&db, source)
            })
        }
        Shape::Update(count) => {
            let graph = Followers::new(count);
            graph.read();
            Updates::boxed(graph, Followers::set, |graph| graph.read())
        }
        Shape::UpdateAndRead(count) => {
            let mut graph = Followers::new(count);
            graph.read();
            numbered(move |value| {
                graph.set(value);
                graph.read()
            })
        }
        Shape::Creation => run(|| black_box(Followers::new(1_000)).read()),
    }
}

fn set_and_read(read: fn(&dyn Database, Source) -> u64) -> Box<dyn Run> {
    let mut db = DatabaseImpl::new();
    let source = Source::new(&db, 0);
    read(&db, source);
    numbered(move |value| {
        source.set_value(&mut db).to(value);
        read(&db, source)
    })
}

#[salsa::tracked(returns(copy))]
fn warm(db: &dyn Database, source: Source) -> u64 {
    source.value(db) + 1
}

#[inline(never)]
fn read_warm(db: &DatabaseImpl, source: Source) -> u64 {
    (0..READS).map(|_| warm(black_box(db), black_box(source))).sum()
}

mod fan {
    use super::{Database, Source};

    #[salsa::tracked(returns(copy))]
    fn middle(db: &dyn Database, source: Source) -> u64 {
        source.value(db) + 1
    }

    macro_rules! top {
        ($($name:ident = $number:literal)*) => {
            $(
                #[salsa::tracked(returns(copy))]
                fn $name(db: &dyn Database, source: Source) -> u64 {
                    middle(db, source) + $number
                }
            )*

            pub(super) fn read(db: &dyn Database, source: Source) -> u64 {
                0 $(+ $name(db, source))*
            }
        };
    }

    ten!(top!);
}

mod chain {
    use super::{Database, Source};

    macro_rules! chain {
        ($first:ident = 1 $($name:ident = $number:literal)*) => {
            #[salsa::tracked(returns(copy))]
            fn $first(db: &dyn Database, source: Source) -> u64 {
                source.value(db) + 1
            }

            chain! { @links $first $($name)* }
        };
        (@links $below:ident $name:ident $($rest:ident)*) => {
            #[salsa::tracked(returns(copy))]
            fn $name(db: &dyn Database, source: Source) -> u64 {
                $below(db, source) + 1
            }

            chain! { @links $name $($rest)* }
        };
        (@links $last:ident) => {
            pub(super) fn read(db: &dyn Database, source: Source) -> u64 {
                $last(db, source)
            }
        };
    }

    fifty!(chain!);
}

mod broad {
    use super::{Database, Source};

    macro_rules! pairs {
        ($($name:ident = $number:literal)*) => {
            $(mod $name {
                use super::{Database, Source};

                #[salsa::tracked(returns(copy))]
                fn below(db: &dyn Database, source: Source) -> u64 {
                    source.value(db) + $number
                }

                #[salsa::tracked(returns(copy))]
                pub(super) fn above(db: &dyn Database, source: Source) -> u64 {
                    below(db, source) + 1
                }
            })*

            pub(super) fn read(db: &dyn Database, source: Source) -> u64 {
                0 $(+ $name::above(db, source))*
            }
        };
    }

    fifty!(pairs!);
}

mod diamond {
    use super::{Database, Source};

    macro_rules! diamond {
        ($($name:ident = $number:literal)*) => {
            $(
                #[salsa::tracked(returns(copy))]
                fn $name(db: &dyn Database, source: Source) -> u64 {
                    source.value(db) + 1
                }
            )*

            #[salsa::tracked(returns(copy))]
            pub(super) fn sum(db: &dyn Database, source: Source) -> u64 {
                0 $(+ $name(db, source))*
            }
        };
    }

    five!(diamond!);
}

mod triangle {
    use super::{Database, Source};

    macro_rules! triangle {
        ($first:ident = 1 $($name:ident = $number:literal)*) => {
            #[salsa::tracked(returns(copy))]
            fn $first(db: &dyn Database, source: Source) -> u64 {
                source.value(db)
            }

            triangle! { @links $first $($name)* }

            #[salsa::tracked(returns(copy))]
            pub(super) fn sum(db: &dyn Database, source: Source) -> u64 {
                $first(db, source) $(+ $name(db, source))*
            }
        };
        (@links $below:ident $name:ident $($rest:ident)*) => {
            #[salsa::tracked(returns(copy))]
            fn $name(db: &dyn Database, source: Source) -> u64 {
                $below(db, source) + 1
            }

            triangle! { @links $name $($rest)* }
        };
        (@links $last:ident) => {};
    }

    ten!(triangle!);
}

mod avoidable {
    use super::{Database, Source, busy, zero};

    #[salsa::tracked(returns(copy))]
    fn first(db: &dyn Database, source: Source) -> u64 {
        source.value(db)
    }

    #[salsa::tracked(returns(copy))]
    fn same(db: &dyn Database, source: Source) -> u64 {
        zero(first(db, source))
    }

    #[salsa::tracked(returns(copy))]
    fn third(db: &dyn Database, source: Source) -> u64 {
        same(db, source) + 1 + busy()
    }

    #[salsa::tracked(returns(copy))]
    fn fourth(db: &dyn Database, source: Source) -> u64 {
        third(db, source) + 2
    }

    #[salsa::tracked(returns(copy))]
    pub(super) fn fifth(db: &dyn Database, source: Source) -> u64 {
        fourth(db, source) + 3
    }
}
