//! Values that are read while they are replaced: whoever reads one keeps it.

use loom::sync::Arc;
use loom::sync::atomic::AtomicBool;
use loom::sync::atomic::Ordering::SeqCst;
use loom::thread;
use pumped::graph::Graph;
use pumped::prelude::*;

/// A value that tells of its end.
struct Open {
    number: u32,
    closed: Arc<AtomicBool>,
}

impl Open {
    fn new(number: u32) -> (Self, Arc<AtomicBool>) {
        let closed = Arc::new(AtomicBool::new(false));
        (Self { number, closed: closed.clone() }, closed)
    }

    fn read(&self) -> u32 {
        assert!(!self.closed.load(SeqCst), "somebody still reads it");
        self.number
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        assert!(!self.closed.swap(true, SeqCst), "dropped twice");
    }
}

#[executor(mutable)]
fn open(first: Tag<Arc<AtomicBool>>) -> Open {
    Open { number: 0, closed: Arc::clone(&first) }
}

/// A warm scope, and what tells of the end of its first value.
fn warm() -> (Scope, Arc<AtomicBool>) {
    let closed = Arc::new(AtomicBool::new(false));
    let scope = Scope::builder().tag(closed.clone()).build().unwrap();
    assert_eq!(scope.get::<open>().unwrap().read(), 0);
    (scope, closed)
}

fn model(model: impl Fn() + Sync + Send + 'static) {
    let _ = Graph::of::<open>();
    loom::model(model);
}

/// Rules 15 and 16: a value that is replaced while somebody begins or ends to read it
/// lives as long as it is read, and no longer.
#[test]
fn a_reader_keeps_what_it_reads() {
    model(|| {
        let (scope, first) = warm();
        let other = scope.clone();
        let reader = thread::spawn(move || {
            let value = other.get::<open>().unwrap();
            (value.read(), value.read())
        });
        let (new, second) = Open::new(1);
        scope.update::<open>(new).unwrap();
        let (once, again) = reader.join().unwrap();
        assert_eq!(once, again);
        assert!(first.load(SeqCst) && !second.load(SeqCst));
        drop(scope);
        assert!(second.load(SeqCst));
    });
}

/// As above, with more at once than a thread has room to note: the rest is counted.
#[test]
fn a_reader_keeps_all_that_it_reads() {
    model(|| {
        let (scope, first) = warm();
        let other = scope.clone();
        let reader = thread::spawn(move || {
            let values = [(); 2].map(|()| other.get::<open>().unwrap());
            let seen = values.each_ref().map(|value| value.read());
            assert!(seen[0] <= seen[1], "a reader went back");
            drop(values);
            other.get::<open>().unwrap().read()
        });
        let (new, _) = Open::new(1);
        scope.update::<open>(new).unwrap();
        reader.join().unwrap();
        assert!(first.load(SeqCst));
    });
}

/// Two writers in a row beside a reader: the note may be of either value.
#[test]
fn a_reader_beside_two_updates() {
    model(|| {
        let (scope, first) = warm();
        let other = scope.clone();
        let reader = thread::spawn(move || other.get::<open>().unwrap().read());
        let (new, second) = Open::new(1);
        scope.update::<open>(new).unwrap();
        let (new, third) = Open::new(2);
        scope.update::<open>(new).unwrap();
        reader.join().unwrap();
        assert!(first.load(SeqCst) && second.load(SeqCst) && !third.load(SeqCst));
    });
}

#[executor(mutable)]
fn small() -> u32 {
    0
}

#[executor(mutable)]
fn large() -> u32 {
    100
}

/// Rule 9: the memory of a value that is gone may be that of another executor's next value.
/// Who noted the address for the one does not get the other.
#[test]
fn a_reader_never_gets_what_came_into_the_same_place() {
    let _ = (Graph::of::<small>(), Graph::of::<large>());
    model(|| {
        let scope = Scope::new();
        assert_eq!((*scope.get::<small>().unwrap(), *scope.get::<large>().unwrap()), (0, 100));
        let other = scope.clone();
        let reader = thread::spawn(move || *other.get::<small>().unwrap());
        scope.update::<small>(1).unwrap();
        scope.update::<large>(101).unwrap();
        scope.update::<large>(102).unwrap();
        assert!(reader.join().unwrap() < 100, "a value of another executor");
    });
}
