//! Live values: no change is lost, none is seen by half.

use std::pin::Pin;
use std::task::{Context, Poll, Wake, Waker};

use futures_core::Stream;
use loom::sync::atomic::Ordering::SeqCst;
use loom::thread;
use pumped::graph::Graph;
use pumped::prelude::*;

use crate::{derived, join, left, model, scope};

/// Rules 9, 10: replace. A reader beside a writer sees one state or the other,
/// never a mix, and after the update the new one.
#[test]
fn an_update_beside_a_build_is_neither_lost_nor_mixed() {
    model(|| {
        let (scope, _) = scope(false);
        let other = scope.clone();
        let reader = thread::spawn(move || *other.get::<join>().unwrap());
        scope.update::<left>(1).unwrap();
        assert_eq!(*scope.get::<join>().unwrap(), (1, 10));
        let seen = reader.join().unwrap();
        assert!(seen == (0, 0) || seen == (1, 10), "{seen:?}");
        assert_eq!(*scope.get::<join>().unwrap(), (1, 10));
    });
}

/// Rules 9, 10, 13 with a warm graph: publish against invalidate.
#[test]
fn publish_against_invalidate() {
    model(|| {
        let (scope, runs) = scope(false);
        assert_eq!(*scope.get::<join>().unwrap(), (0, 0));
        let other = scope.clone();
        let writer = thread::spawn(move || {
            other.update::<left>(1).unwrap();
            *other.get::<derived>().unwrap()
        });
        let seen = *scope.get::<join>().unwrap();
        assert!(seen == (0, 0) || seen == (1, 10), "{seen:?}");
        let again = *scope.get::<join>().unwrap();
        assert!(again.0 >= seen.0, "a reader went back");
        assert_eq!(writer.join().unwrap(), 10);
        assert_eq!(*scope.get::<join>().unwrap(), (1, 10));
        // Once per change.
        assert_eq!(runs.value.load(SeqCst), 2);
    });
}

#[executor(mutable)]
fn right() -> u32 {
    0
}

#[executor]
fn pair(left: Reactive<left>, right: Reactive<right>) -> (u32, u32) {
    (*left, *right)
}

/// Rule 10: a batch of two sources beside a reader of both, and of what is built from
/// both: it sees all of the batch or nothing of it.
#[test]
fn a_batch_beside_a_reader() {
    let _ = Graph::of::<pair>();
    model(|| {
        let (scope, _) = scope(false);
        assert_eq!(*scope.get::<pair>().unwrap(), (0, 0));
        let other = scope.clone();
        let writer = thread::spawn(move || {
            let batch = other.batch(|b| {
                b.update::<left>(1)?;
                b.update::<right>(1)
            });
            batch.unwrap();
        });
        let (left, right) = (*scope.get::<left>().unwrap(), *scope.get::<right>().unwrap());
        assert!(left <= right, "half a batch");
        let seen = *scope.get::<pair>().unwrap();
        assert!(seen == (0, 0) || seen == (1, 1), "{seen:?}");
        assert!(seen.0 >= right, "a reader went back");
        writer.join().unwrap();
        assert_eq!(*scope.get::<pair>().unwrap(), (1, 1));
    });
}

/// Rules 5 and 13: a batch holds one source and waits for the other, whose writer wants
/// the first: one of them is told, and nobody waits for ever.
#[test]
fn a_batch_against_a_writer_in_the_other_order() {
    let _ = Graph::of::<pair>();
    model(|| {
        let (scope, _) = scope(false);
        assert_eq!(*scope.get::<pair>().unwrap(), (0, 0));
        let other = scope.clone();
        let writer = thread::spawn(move || {
            let inner = other.clone();
            let mut updated = false;
            other
                .modify::<right>(|now| {
                    updated = inner.update::<left>(1).is_ok();
                    *now
                })
                .is_ok()
                && updated
        });
        let batch = scope.batch(|b| {
            b.update::<left>(2)?;
            b.update::<right>(2)
        });
        assert!(writer.join().unwrap() || batch.is_ok());
    });
}

/// Remembers that it was woken.
struct Woken(std::sync::atomic::AtomicBool);

impl Wake for Woken {
    fn wake(self: std::sync::Arc<Self>) {
        self.0.store(true, SeqCst);
    }
}

/// Rule 9: a watch beside an update: whoever found nothing is woken, and finds it then.
#[test]
fn a_watch_beside_an_update() {
    model(|| {
        let (scope, _) = scope(false);
        let mut watch = scope.watch::<derived>();
        let other = scope.clone();
        let writer = thread::spawn(move || other.update::<left>(1).unwrap());
        let woken = std::sync::Arc::new(Woken(std::sync::atomic::AtomicBool::new(false)));
        let waker = Waker::from(woken.clone());
        let mut poll = || Pin::new(&mut watch).poll_next(&mut Context::from_waker(&waker));
        let first = poll();
        writer.join().unwrap();
        let item = if first.is_pending() {
            assert!(woken.0.load(SeqCst), "nobody says that there is something");
            poll()
        } else {
            first
        };
        let Poll::Ready(Some(Ok(value))) = item else { panic!("nothing there") };
        assert_eq!(*value, 10);
        assert!(poll().is_pending(), "twice the same");
    });
}

/// Rule 13: no increment is lost.
#[test]
fn concurrent_modifies_all_count() {
    model(|| {
        let (scope, _) = scope(false);
        let other = scope.clone();
        let thread = thread::spawn(move || other.modify::<left>(|now| now + 1).unwrap());
        scope.modify::<left>(|now| now + 1).unwrap();
        thread.join().unwrap();
        assert_eq!(*scope.get::<left>().unwrap(), 2);
    });
}

/// Release beside a read: the reader gets a value, the slot is not revived by it.
#[test]
fn release_against_a_read() {
    model(|| {
        let (scope, _) = scope(false);
        scope.update::<left>(5).unwrap();
        let other = scope.clone();
        let reader = thread::spawn(move || *other.get::<derived>().unwrap());
        scope.release::<left>().unwrap();
        let seen = reader.join().unwrap();
        assert!(seen == 50 || seen == 0, "{seen}");
        assert_eq!(*scope.get::<derived>().unwrap(), 0);
    });
}

/// Rules 1, 9, 10: two readers and a writer. Each reader sees one state, both see the
/// new one after the update, and the function runs once per state that was read.
#[test]
fn two_readers_and_a_writer() {
    model(|| {
        let (scope, runs) = scope(false);
        let readers = [scope.clone(), scope.clone()]
            .map(|scope| thread::spawn(move || *scope.get::<join>().unwrap()));
        scope.update::<left>(1).unwrap();
        for reader in readers {
            let seen = reader.join().unwrap();
            assert!(seen == (0, 0) || seen == (1, 10), "{seen:?}");
        }
        assert_eq!(*scope.get::<join>().unwrap(), (1, 10));
        assert!(runs.value.load(SeqCst) <= 2);
    });
}

/// The same where all was built before, so that each takes the short way to what is stale:
/// at a value that the other one is at, too, there is one build.
#[test]
fn two_readers_of_what_is_stale_and_a_writer() {
    model(|| {
        let (scope, runs) = scope(false);
        scope.get::<join>().unwrap();
        scope.update::<left>(1).unwrap();
        let readers = [scope.clone(), scope.clone()]
            .map(|scope| thread::spawn(move || *scope.get::<join>().unwrap()));
        scope.update::<left>(2).unwrap();
        for reader in readers {
            let seen = reader.join().unwrap();
            assert!(seen == (1, 10) || seen == (2, 20), "{seen:?}");
        }
        assert_eq!(*scope.get::<join>().unwrap(), (2, 20));
        assert!(runs.value.load(SeqCst) <= 3);
    });
}
