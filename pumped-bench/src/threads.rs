//! Operations that are about other threads: the same reads on several at once, and
//! threads that are merely there.

use std::hint::black_box;
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Barrier};
use std::thread::{self, JoinHandle};
use std::time::Instant;

use crate::allocations::{self, Allocated};
use crate::workload::Run;

/// The cores that this process may use.
#[must_use]
pub fn cores() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

/// Reads on several threads at once: one run is `rounds` of them on each, and reads
/// the same whatever the number of threads.
pub struct Parallel<F> {
    threads: usize,
    rounds: u32,
    read: F,
}

impl<F: Fn(usize) -> u64 + Sync + 'static> Parallel<F> {
    /// The reads of `read`, which is told the number of its thread.
    #[must_use]
    pub fn boxed(threads: usize, rounds: u32, read: F) -> Box<dyn Run> {
        Box::new(Self { threads, rounds, read })
    }

    /// What each thread takes, in seconds, and allocates: all begin together.
    fn on_each(&self, times: u32) -> Vec<(f64, Allocated)> {
        let barrier = Barrier::new(self.threads);
        let reader = |thread| {
            barrier.wait();
            allocations::of_this_thread(|| {
                let start = Instant::now();
                for _ in 0..times * self.rounds {
                    black_box((self.read)(thread));
                }
                start.elapsed().as_secs_f64()
            })
        };
        let reader = &reader;
        thread::scope(|scope| {
            let readers: Vec<_> =
                (0..self.threads).map(|thread| scope.spawn(move || reader(thread))).collect();
            readers.into_iter().map(|reader| reader.join().unwrap()).collect()
        })
    }
}

impl<F: Fn(usize) -> u64 + Sync + 'static> Run for Parallel<F> {
    fn run(&mut self) -> u64 {
        self.on_each(1);
        (self.read)(0)
    }

    fn has_threads(&self) -> bool {
        true
    }

    /// The slowest thread's: starting them is no part of it.
    fn time(&mut self, times: u32) -> f64 {
        self.on_each(times).iter().map(|(time, _)| *time).fold(0.0, f64::max)
    }

    /// That of the readers: starting them is no part of it.
    fn allocated(&mut self) -> Allocated {
        self.on_each(1).iter().fold(Allocated::default(), |sum, (_, one)| sum + *one)
    }
}

/// A run whose own threads are part of what it costs.
pub struct Spawning<F>(pub F);

impl<F: FnMut() -> u64> Run for Spawning<F> {
    fn run(&mut self) -> u64 {
        self.0()
    }

    fn has_threads(&self) -> bool {
        true
    }

    fn allocated(&mut self) -> Allocated {
        allocations::of_all_threads(|| self.0()).1
    }
}

/// Threads that have done something, keep what came of it, and wait until they are
/// dropped.
pub struct Waiting {
    threads: Vec<(Sender<()>, JoinHandle<()>)>,
}

impl Waiting {
    /// Returns when all have done it.
    pub fn new<T>(count: usize, first: impl Fn() -> T + Send + Sync + 'static) -> Self {
        let ready = Arc::new(Barrier::new(count + 1));
        let first = Arc::new(first);
        let start = |_| {
            let (end, until) = mpsc::channel::<()>();
            let (ready, first) = (ready.clone(), first.clone());
            let wait = move || {
                let _kept = first();
                ready.wait();
                // An error means that the sender is gone, too.
                let _ = until.recv();
            };
            (end, thread::spawn(wait))
        };
        let threads = (0..count).map(start).collect();
        ready.wait();
        Self { threads }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        for (end, thread) in self.threads.drain(..) {
            drop(end);
            thread.join().unwrap();
        }
    }
}
