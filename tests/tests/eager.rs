//! Rule 11: an `eager` executor is rebuilt right after an update has settled, not
//! at the next read.

use pumped::prelude::*;
use pumped_tests::Log;

#[executor(mutable)]
fn interval() -> u32 {
    1
}

#[executor(eq)]
fn parity(interval: Reactive<interval>) -> u32 {
    *interval % 2
}

#[executor(eager)]
fn scheduler(interval: Reactive<interval>, log: Tag<Log>) -> Result<u32, String> {
    log.note(format!("scheduler {}", *interval));
    if *interval == 13 { Err("unlucky".into()) } else { Ok(*interval) }
}

#[executor(eager)]
fn parity_watcher(parity: Reactive<parity>, log: Tag<Log>) -> u32 {
    log.note(format!("parity {}", *parity));
    *parity
}

fn scope() -> (Log, Scope) {
    let log = Log::default();
    (log.clone(), Scope::builder().tag(log).build().unwrap())
}

/// Rule 11: an eager executor that nobody has read yet is not built by an update.
#[test]
fn rule_11_eager_ones_begin_with_the_first_read() {
    let (log, scope) = scope();
    scope.update::<interval>(2).unwrap();
    assert!(log.lines().is_empty());
    assert_eq!(*scope.get::<scheduler>().unwrap(), 2);
    assert_eq!(log.lines(), ["scheduler 2"]);
}

/// Rule 11: rebuilt when `update` returns, once per change, and current without a read.
#[test]
fn rule_11_eager_ones_are_rebuilt_by_the_update() {
    let (log, scope) = scope();
    scope.get::<scheduler>().unwrap();
    scope.update::<interval>(2).unwrap();
    scope.modify::<interval>(|now| now + 1).unwrap();
    assert_eq!(log.lines(), ["scheduler 1", "scheduler 2", "scheduler 3"]);
    assert!(scope.is_cached::<scheduler>());
    assert_eq!(*scope.peek::<scheduler>().unwrap(), 3);
}

/// Rules 11, 12: what an `eq` input cuts off is not rebuilt eagerly either.
#[test]
fn rule_12_cuts_off_eager_ones() {
    let (log, scope) = scope();
    scope.get::<parity_watcher>().unwrap();
    scope.update::<interval>(3).unwrap();
    assert_eq!(log.lines(), ["parity 1"]);
    scope.update::<interval>(4).unwrap();
    assert_eq!(log.lines(), ["parity 1", "parity 0"]);
}

/// Rules 2, 14: a rebuild that fails does not fail the update, keeps the last value,
/// and is tried again by the next change.
#[test]
fn rule_14_a_failing_eager_one_fails_no_update() {
    let (log, scope) = scope();
    scope.get::<scheduler>().unwrap();
    scope.update::<interval>(13).unwrap();
    assert!(!scope.is_cached::<scheduler>());
    assert_eq!(*scope.peek::<scheduler>().unwrap(), 1);
    scope.update::<interval>(14).unwrap();
    assert_eq!(log.lines(), ["scheduler 1", "scheduler 13", "scheduler 14"]);
    assert_eq!(*scope.peek::<scheduler>().unwrap(), 14);
}
