//! Several threads at one scope with a random graph: readers, writers, batches, and
//! some who release and make functions fail. Nobody waits for anything but the start.

use std::io::Write;
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use super::arena::{Arena, Random};
use super::graph::{Choice, any_choices};
use super::worker::{Disposed, Worker};

/// Aborts the process, and says which case it was, unless it is dropped in time.
struct Watchdog(#[expect(dead_code, reason = "its drop is the message")] Sender<()>);

fn watchdog(case: String) -> Watchdog {
    let (alive, watched) = mpsc::channel::<()>();
    thread::spawn(move || {
        if watched.recv_timeout(Duration::from_mins(1)) == Err(RecvTimeoutError::Timeout) {
            // What is written to the harness would be lost.
            let _ = writeln!(std::io::stderr(), "still not done, this is a deadlock: {case}");
            std::process::abort();
        }
    });
    Watchdog(alive)
}

/// Says that it is done.
struct OnDrop<'a>(&'a AtomicBool);

impl Drop for OnDrop<'_> {
    fn drop(&mut self) {
        self.0.store(true, SeqCst);
    }
}

#[derive(Clone, Copy)]
enum Task {
    Read,
    Write,
    Disturb,
}

/// Every thread does so many operations; one of them may be to dispose the scope.
fn several(choices: &[Choice], seed: u64) {
    const TASKS: [Task; 5] = [Task::Read, Task::Read, Task::Write, Task::Write, Task::Disturb];
    const OPERATIONS: usize = 60;
    let _watchdog = watchdog(format!("{choices:?}, seed {seed}"));
    let mut random = Random(seed);
    let arena = Arena::new(choices, &mut random, 1 << 14);
    arena.warm();
    let followers = arena.follow(&mut random);
    let disposes = random.below(5) == Some(0);
    let start = Barrier::new(TASKS.len() + 1);
    thread::scope(|threads| {
        for (number, task) in TASKS.into_iter().enumerate() {
            let (seed, arena, start) = (random.next(), &arena, &start);
            threads.spawn(move || {
                let mut worker = Worker::new(arena, seed);
                start.wait();
                for _ in 0..OPERATIONS {
                    let done = match task {
                        Task::Read => worker.read(),
                        Task::Write => worker.write(number == 2).and_then(|()| worker.read()),
                        Task::Disturb => worker.disturb().and_then(|()| worker.read()),
                    };
                    if let Err(Disposed) = done {
                        return assert!(disposes, "nobody has disposed it");
                    }
                }
            });
        }
        let mut worker = Worker::new(&arena, random.next());
        start.wait();
        if disposes {
            for _ in 0..random.below(OPERATIONS).unwrap_or_default() {
                assert!(worker.read().is_ok(), "nobody has disposed it yet");
            }
            arena.tally.disposing.store(true, SeqCst);
            arena.scope.dispose().unwrap();
            assert!((0..99).any(|_| worker.read().is_err()), "it is disposed");
        }
    });
    if !disposes {
        arena.check_values();
    }
    drop(followers);
    arena.end(random.below(2) == Some(0));
}

/// Four read as long as one writes.
fn readers_and_a_writer(choices: &[Choice], seed: u64) {
    const WRITES: usize = 1_000;
    let _watchdog = watchdog(format!("{choices:?}, seed {seed}"));
    let mut random = Random(seed);
    let arena = Arena::new(choices, &mut random, 1 << 17);
    arena.warm();
    let (start, done) = (Barrier::new(5), AtomicBool::new(false));
    thread::scope(|threads| {
        for _ in 0..4 {
            let seed = random.next();
            let (arena, start, done) = (&arena, &start, &done);
            threads.spawn(move || {
                let mut worker = Worker::new(arena, seed);
                start.wait();
                while !done.load(SeqCst) {
                    let read = worker.read().and_then(|()| worker.read_upwards());
                    assert!(read.is_ok(), "nobody has disposed it");
                }
            });
        }
        let mut worker = Worker::new(&arena, random.next());
        start.wait();
        // Also at a panic, or nobody would ever hear of it.
        let _done = OnDrop(&done);
        for _ in 0..WRITES {
            let written = worker.write(true).and_then(|()| worker.read());
            assert!(written.is_ok(), "nobody has disposed it");
        }
    });
    arena.check_values();
    arena.end(true);
}

fn config(cases: u32) -> ProptestConfig {
    // What threads do is not the same each time: nothing can be made smaller.
    let max_shrink_iters = 0;
    ProptestConfig { cases, max_shrink_iters, failure_persistence: None, ..Default::default() }
}

proptest! {
    #![proptest_config(config(150))]

    /// Rules 1, 8 to 11, 13, 16 and 19, whatever five threads do.
    #[test]
    fn several_threads_see_one_moment_at_a_time(choices in any_choices(13), seed: u64) {
        several(&choices, seed);
    }
}

/// Rules 9 and 10: monotone, own writes seen, the last values right. As it takes long, its
/// number of cases is always the same.
#[test]
fn four_readers_and_a_writer() {
    // Small ones are read more often between two changes.
    let choices = prop_oneof![any_choices(3), any_choices(13)];
    let cases = (choices, any::<u64>());
    let outcome = TestRunner::new(config(8)).run(&cases, |(choices, seed)| {
        readers_and_a_writer(&choices, seed);
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}
