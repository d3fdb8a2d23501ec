//! Rule 11 where a rebuild has to be awaited: an `eager` executor that is async, or above
//! what is, is rebuilt by whoever polls `WeakScope::keep_eager`.

use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use pollster::block_on;
use pumped::prelude::*;
use pumped_tests::Log;
use pumped_tests::futures::{Gate, poll_once, yield_now};

#[executor(mutable)]
fn port() -> u32 {
    1
}

#[executor(eager)]
async fn server(port: Reactive<port>, log: Tag<Log>) -> Result<u32, String> {
    log.note(format!("server {}", *port));
    yield_now().await;
    if *port == 13 { Err("unlucky".into()) } else { Ok(*port) }
}

/// Sync, above what is async.
#[executor(eager)]
fn banner(server: Reactive<server>, log: Tag<Log>) -> u32 {
    log.note(format!("banner {}", *server));
    *server
}

#[executor(eq)]
async fn parity(port: Reactive<port>) -> u32 {
    *port % 2
}

#[executor(eager)]
async fn parity_server(parity: Reactive<parity>, log: Tag<Log>) -> u32 {
    log.note(format!("parity {}", *parity));
    *parity
}

#[executor(eager)]
async fn gated(port: Reactive<port>, gate: Tag<Gate>, log: Tag<Log>) -> u32 {
    let number = *port;
    log.note(format!("begin {number}"));
    if number > 1 {
        Gate::clone(&gate).pass().await;
    }
    log.note(format!("end {number}"));
    number
}

fn scope() -> (Scope, Log) {
    let log = Log::new();
    (log.scope(), log)
}

/// Polls as often as something can go on: what yields ends at the second poll.
fn poll_twice(mut keeping: Pin<&mut impl Future<Output = ()>>) {
    for _ in 0..2 {
        assert!(poll_once(keeping.as_mut()).is_pending());
    }
}

/// Rule 11: nobody reads, and it is current once the keeper has been polled; once per change.
#[test]
fn rule_11_an_async_one_is_rebuilt_by_the_keeper() {
    let (scope, log) = scope();
    let mut keeping = pin!(scope.downgrade().keep_eager());
    assert!(poll_once(keeping.as_mut()).is_pending());
    block_on(scope.get_async::<server>()).unwrap();
    scope.update::<port>(2).unwrap();
    assert_eq!(log.take(), ["server 1"], "an update awaits nothing");
    poll_twice(keeping.as_mut());
    assert_eq!(log.take(), ["server 2"]);
    assert!(scope.is_cached::<server>());
    assert_eq!(*scope.peek::<server>().unwrap(), 2);
    poll_twice(keeping.as_mut());
    assert!(log.take().is_empty());
}

/// Rule 11: as with a sync one, nothing begins before the first read.
#[test]
fn rule_11_it_begins_with_the_first_read() {
    let (scope, log) = scope();
    let mut keeping = pin!(scope.downgrade().keep_eager());
    scope.update::<port>(2).unwrap();
    poll_twice(keeping.as_mut());
    assert!(log.take().is_empty());
}

/// Rule 11: changes that come before there is a keeper are not lost, and are one rebuild.
#[test]
fn rule_11_what_was_stale_before_the_keeper_came_is_rebuilt() {
    let (scope, log) = scope();
    block_on(scope.get_async::<server>()).unwrap();
    scope.update::<port>(2).unwrap();
    scope.batch(|batch| batch.update::<port>(3)).unwrap();
    assert_eq!(log.take(), ["server 1"]);
    let mut keeping = pin!(scope.downgrade().keep_eager());
    poll_twice(keeping.as_mut());
    assert_eq!(log.take(), ["server 3"]);
}

/// Rule 11: a sync one above what is async is not rebuilt by the thread that updates, which
/// could not await it, but by the keeper.
#[test]
fn rule_11_a_sync_one_above_what_is_async() {
    let (scope, log) = scope();
    block_on(scope.get_async::<banner>()).unwrap();
    assert_eq!(log.take(), ["server 1", "banner 1"]);
    let mut keeping = pin!(scope.downgrade().keep_eager());
    scope.update::<port>(2).unwrap();
    poll_twice(keeping.as_mut());
    // Each once, although both are eager.
    assert_eq!(log.take(), ["server 2", "banner 2"]);
    assert_eq!(*scope.peek::<banner>().unwrap(), 2);
}

#[executor]
async fn pool(log: Tag<Log>) -> u32 {
    yield_now().await;
    log.note("pool");
    100
}

/// Above what is async, and fixed: that is there for good.
#[executor(eager)]
fn scheduler(port: Reactive<port>, pool: Dep<pool>, log: Tag<Log>) -> u32 {
    log.note(format!("scheduler {}", *port));
    *port + *pool
}

/// Rule 11: where there is nothing to await, the update rebuilds, and no keeper is needed.
#[test]
fn rule_11_a_sync_one_above_what_is_async_and_fixed_is_rebuilt_by_the_update() {
    let (scope, log) = scope();
    block_on(scope.get_async::<scheduler>()).unwrap();
    scope.update::<port>(2).unwrap();
    assert_eq!(log.take(), ["pool", "scheduler 1", "scheduler 2"]);
    assert_eq!(*scope.peek::<scheduler>().unwrap(), 102);
}

/// Rule 11: what is given in the place of an async one is not awaited either.
#[test]
fn rule_11_a_given_value_is_not_awaited() {
    let log = Log::new();
    let scope = Scope::builder().tag(log.clone()).preset::<server>(7).build().unwrap();
    block_on(scope.get_async::<banner>()).unwrap();
    scope.release::<server>().unwrap();
    scope.update::<port>(2).unwrap();
    assert_eq!(*block_on(scope.get_async::<banner>()).unwrap(), 7);
    assert_eq!(log.take(), ["banner 7", "banner 7"]);
}

/// Rules 11, 12: what an `eq` input cuts off is not rebuilt.
#[test]
fn rule_12_cuts_off_async_ones() {
    let (scope, log) = scope();
    let mut keeping = pin!(scope.downgrade().keep_eager());
    block_on(scope.get_async::<parity_server>()).unwrap();
    scope.update::<port>(3).unwrap();
    poll_twice(keeping.as_mut());
    assert_eq!(log.take(), ["parity 1"]);
    assert!(scope.is_cached::<parity_server>());
    scope.update::<port>(4).unwrap();
    poll_twice(keeping.as_mut());
    assert_eq!(log.take(), ["parity 0"]);
}

/// Rules 2, 14: a rebuild that fails keeps the last value, and the next change tries again.
#[test]
fn rule_14_a_failing_one_is_tried_again() {
    let (scope, log) = scope();
    let mut keeping = pin!(scope.downgrade().keep_eager());
    block_on(scope.get_async::<server>()).unwrap();
    scope.update::<port>(13).unwrap();
    poll_twice(keeping.as_mut());
    assert!(!scope.is_cached::<server>());
    assert_eq!(*scope.peek::<server>().unwrap(), 1);
    poll_twice(keeping.as_mut());
    assert_eq!(log.take(), ["server 1", "server 13"], "not again before something changes");
    scope.update::<port>(14).unwrap();
    poll_twice(keeping.as_mut());
    assert_eq!(log.take(), ["server 14"]);
    assert_eq!(*scope.peek::<server>().unwrap(), 14);
}

fn gated_scope() -> (Scope, Log, Gate) {
    let (log, gate) = (Log::new(), Gate::new());
    let scope = Scope::builder().tag(log.clone()).tag(gate.clone()).build().unwrap();
    block_on(scope.get_async::<gated>()).unwrap();
    assert_eq!(log.take(), ["begin 1", "end 1"]);
    (scope, log, gate)
}

/// Rules 10, 11: a rebuild that a change overtakes comes to its end, and another follows.
#[test]
fn rule_10_a_change_in_the_middle_of_a_rebuild_has_another_follow() {
    let (scope, log, gate) = gated_scope();
    let mut keeping = pin!(scope.downgrade().keep_eager());
    scope.update::<port>(2).unwrap();
    poll_twice(keeping.as_mut());
    scope.update::<port>(3).unwrap();
    scope.update::<port>(4).unwrap();
    poll_twice(keeping.as_mut());
    assert_eq!(log.take(), ["begin 2"]);
    gate.open();
    poll_twice(keeping.as_mut());
    assert_eq!(log.take(), ["end 2", "begin 4", "end 4"]);
    assert_eq!(*scope.peek::<gated>().unwrap(), 4);
}

/// Rule 11: two executors are rebuilt side by side: one that waits holds up no other.
#[test]
fn rule_11_one_that_waits_holds_up_no_other() {
    let (scope, log, _gate) = gated_scope();
    block_on(scope.get_async::<server>()).unwrap();
    assert_eq!(log.take(), ["server 1"]);
    let mut keeping = pin!(scope.downgrade().keep_eager());
    scope.update::<port>(2).unwrap();
    poll_twice(keeping.as_mut());
    assert_eq!(log.take(), ["begin 2", "server 2"]);
    assert_eq!(*scope.peek::<server>().unwrap(), 2);
    assert_eq!(*scope.peek::<gated>().unwrap(), 1);
}

/// Counts how often a task is woken.
#[derive(Default)]
struct Woken(AtomicUsize);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

/// Rule 11: a keeper that is dropped in the middle leaves the rest to the other, and wakes it.
#[test]
fn rule_11_what_a_keeper_leaves_another_takes() {
    let (scope, log, gate) = gated_scope();
    let mut first = Box::pin(scope.downgrade().keep_eager());
    scope.update::<port>(2).unwrap();
    poll_twice(first.as_mut());
    let woken = Arc::new(Woken::default());
    let waker = Waker::from(woken.clone());
    let mut second = pin!(scope.downgrade().keep_eager());
    assert!(second.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    assert_eq!(log.take(), ["begin 2"]);
    assert_eq!(woken.0.load(Ordering::SeqCst), 0);
    drop(first);
    assert_eq!(woken.0.load(Ordering::SeqCst), 1);
    gate.open();
    poll_twice(second.as_mut());
    assert_eq!(log.take(), ["begin 2", "end 2"]);
    assert_eq!(*scope.peek::<gated>().unwrap(), 2);
}

/// Rule 11: an update wakes the keeper, with no lock of the scope held.
#[test]
fn rule_11_an_update_wakes_the_keeper() {
    let (scope, _log) = scope();
    block_on(scope.get_async::<server>()).unwrap();
    let woken = Arc::new(Woken::default());
    let waker = Waker::from(woken.clone());
    let mut keeping = pin!(scope.downgrade().keep_eager());
    assert!(keeping.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    scope.update::<port>(2).unwrap();
    assert_eq!(woken.0.load(Ordering::SeqCst), 1);
}

/// Rule 11 on several threads: updates come while rebuilds go on, and in the end the last
/// value is there, although nobody ever read.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rule_11_the_last_value_is_there_in_the_end() {
    const LAST: u32 = 500;
    let (scope, _log) = scope();
    scope.get_async::<banner>().await.unwrap();
    let keeping = [(); 2].map(|()| tokio::spawn(scope.downgrade().keep_eager()));
    let of_thread = scope.clone();
    let updating = std::thread::spawn(move || {
        for number in 20..=LAST {
            of_thread.update::<port>(number).unwrap();
        }
    });
    let there = async {
        while *scope.peek::<banner>().unwrap() != LAST {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_mins(1), there).await.unwrap();
    updating.join().unwrap();
    scope.dispose_async().await.unwrap();
    for one in keeping {
        one.await.unwrap();
    }
}

/// Rule 19: it does not keep the scope, and ends with it, in the middle of a rebuild, too.
#[test]
fn rule_19_it_ends_with_the_last_handle() {
    let (scope, log, _gate) = gated_scope();
    let woken = Arc::new(Woken::default());
    let waker = Waker::from(woken.clone());
    let mut keeping = pin!(scope.downgrade().keep_eager());
    scope.update::<port>(2).unwrap();
    assert!(keeping.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    assert_eq!(log.take(), ["begin 2"]);
    drop(scope);
    assert!(woken.0.load(Ordering::SeqCst) > 0);
    assert_eq!(poll_once(keeping.as_mut()), Poll::Ready(()));
}

/// Rule 19: `dispose_async` waits for a rebuild that has begun, and then it ends.
#[test]
fn rule_19_it_ends_with_dispose() {
    let (scope, log, gate) = gated_scope();
    let mut keeping = pin!(scope.downgrade().keep_eager());
    scope.update::<port>(2).unwrap();
    poll_twice(keeping.as_mut());
    let mut disposing = pin!(scope.dispose_async());
    assert!(poll_once(disposing.as_mut()).is_pending());
    poll_twice(keeping.as_mut());
    gate.open();
    block_on(disposing).unwrap();
    assert_eq!(log.take(), ["begin 2", "end 2"]);
    assert_eq!(poll_once(keeping.as_mut()), Poll::Ready(()));
}

/// Rule 19: one that is made of a scope that has ended is over.
#[test]
fn rule_19_of_a_scope_that_has_ended() {
    let (scope, _log) = scope();
    let (gone, disposed) = (scope.downgrade(), scope.downgrade());
    scope.dispose().unwrap();
    assert_eq!(poll_once(pin!(disposed.keep_eager())), Poll::Ready(()));
    drop(scope);
    assert_eq!(poll_once(pin!(gone.keep_eager())), Poll::Ready(()));
    assert_eq!(poll_once(pin!(pumped::WeakScope::default().keep_eager())), Poll::Ready(()));
}
