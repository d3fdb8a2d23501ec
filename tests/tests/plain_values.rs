//! Live values that are plain data: their memory is used again for the next versions. Whatever
//! somebody holds is never written over, and what they were built from is let go of.

use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};

use pumped::prelude::*;
use pumped_tests::alloc::{Counting, allocations};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[executor(mutable)]
fn seed() -> u64 {
    0
}

#[executor]
fn byte(seed: Reactive<seed>) -> u8 {
    seed.to_le_bytes()[0]
}

#[executor]
fn words(byte: Reactive<byte>, seed: Reactive<seed>) -> [u64; 5] {
    [u64::from(*byte) + *seed; 5]
}

#[derive(Clone, Copy)]
#[repr(align(128))]
struct Aligned(u64);

#[executor]
fn aligned(words: Reactive<words>) -> Aligned {
    Aligned(words[4])
}

/// More than is kept.
#[executor]
fn large(words: Reactive<words>) -> [u64; 100] {
    [words[0]; 100]
}

#[executor]
fn total(aligned: Reactive<aligned>, large: Reactive<large>, byte: Reactive<byte>) -> u64 {
    aligned.0 + large.iter().sum::<u64>() + u64::from(*byte)
}

fn word(seed: u64) -> u64 {
    u64::from(seed.to_le_bytes()[0]) + seed
}

fn expected(seed: u64) -> u64 {
    101 * word(seed) + u64::from(seed.to_le_bytes()[0])
}

/// Rule 9: values of all sizes and alignments, one after the other in the same memory.
#[test]
fn rule_9_each_version_is_its_own() {
    let scope = Scope::new();
    for seed_now in 0..300 {
        scope.update::<seed>(seed_now).unwrap();
        assert_eq!(*scope.get::<total>().unwrap(), expected(seed_now));
        assert_eq!(*scope.get::<words>().unwrap(), [word(seed_now); 5]);
        assert_eq!(std::ptr::from_ref(&*scope.get::<aligned>().unwrap()).addr() % 128, 0);
    }
}

/// An update and a rebuild of plain data allocate nothing: the memory is that of a version that
/// was replaced.
#[test]
fn a_rebuild_allocates_nothing() {
    let scope = Scope::new();
    let rebuild = |now| {
        let before = allocations();
        scope.update::<seed>(now).unwrap();
        assert_eq!(*scope.get::<byte>().unwrap(), now.to_le_bytes()[0]);
        assert_eq!(*scope.get::<words>().unwrap(), [word(now); 5]);
        allocations() - before
    };
    (0..3).for_each(|now| _ = rebuild(now));
    assert_eq!((3..50).map(rebuild).collect::<Vec<_>>(), [0; 47]);
    let only_byte = |now| {
        let before = allocations();
        scope.update::<seed>(now).unwrap();
        assert_eq!(*scope.get::<byte>().unwrap(), now.to_le_bytes()[0]);
        allocations() - before
    };
    // `words` holds what it was built from.
    (50..53).for_each(|now| _ = only_byte(now));
    assert_eq!((53..90).map(only_byte).collect::<Vec<_>>(), [0; 37]);
}

/// Rule 9: a version that somebody holds stays as it is, and so does what it was built from.
#[test]
fn rule_9_what_is_held_is_not_written_over() {
    let scope = Scope::new();
    let mut held = Vec::new();
    for seed_now in 0..100 {
        scope.update::<seed>(seed_now).unwrap();
        let total = scope.dep::<total>().unwrap();
        held.push((seed_now, total, scope.dep::<words>().unwrap()));
        // Some are let go of, not in the order in which they were made.
        if held.len() > 7 {
            held.swap_remove(usize::try_from(seed_now).unwrap() % 7);
        }
        for (seed, total, words) in &held {
            assert_eq!((**total, **words), (expected(*seed), [word(*seed); 5]));
        }
    }
    drop(scope);
    for (seed, total, words) in &held {
        assert_eq!((**total, **words), (expected(*seed), [word(*seed); 5]));
    }
}

/// How many sources are alive.
static ALIVE: AtomicUsize = AtomicUsize::new(0);

struct Counted(u64);

impl Counted {
    fn new(value: u64) -> Self {
        ALIVE.fetch_add(1, Ordering::SeqCst);
        Self(value)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        ALIVE.fetch_sub(1, Ordering::SeqCst);
    }
}

#[executor(mutable)]
fn counted() -> Counted {
    Counted::new(0)
}

#[executor]
fn plain(counted: Reactive<counted>) -> u64 {
    counted.0
}

#[executor]
fn above(plain: Reactive<plain>) -> u64 {
    *plain
}

/// Rule 19: the memory is kept, and what the value was built from is not.
#[test]
fn rule_19_the_inputs_are_let_go_of() {
    let scope = Scope::new();
    for now in 1..50 {
        scope.update::<counted>(Counted::new(now)).unwrap();
        assert_eq!(*scope.get::<above>().unwrap(), now);
        assert_eq!(ALIVE.load(Ordering::SeqCst), 1);
    }
    scope.release::<counted>().unwrap();
    let held = scope.dep::<above>().unwrap();
    assert_eq!((*held, ALIVE.load(Ordering::SeqCst)), (0, 1));
    drop(scope);
    assert_eq!((*held, ALIVE.load(Ordering::SeqCst)), (0, 1));
    drop(held);
    assert_eq!(ALIVE.load(Ordering::SeqCst), 0);
}

/// Rule 10: readers on other threads never see a value that is being written.
#[test]
fn rule_10_readers_see_whole_values() {
    let scope = Scope::new();
    let start = Barrier::new(3);
    std::thread::scope(|threads| {
        for _ in 0..2 {
            threads.spawn(|| {
                start.wait();
                let mut held = scope.dep::<words>().unwrap();
                loop {
                    let words = scope.get::<words>().unwrap();
                    let first = words[0];
                    assert!(words.iter().all(|word| *word == first), "{:?}", &*words);
                    let before = held[0];
                    assert!(held.iter().all(|word| *word == before), "{:?}", &*held);
                    if first == word(3000) {
                        return;
                    }
                    held = scope.dep::<words>().unwrap();
                }
            });
        }
        start.wait();
        for now in 0..=3000 {
            scope.update::<seed>(now).unwrap();
            assert_eq!(scope.get::<words>().unwrap()[2], word(now));
        }
    });
}
