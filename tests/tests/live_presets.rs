//! Rule 27 for live executors: a preset can be updated, and a release returns to it.

use pumped::prelude::*;
use pumped_tests::Log;

#[executor]
fn below(log: Tag<Log>) -> u32 {
    log.note("below");
    1
}

#[executor(mutable)]
fn level(log: Tag<Log>, below: Dep<below>) -> u32 {
    log.note("level");
    *below
}

#[executor]
fn doubled(log: Tag<Log>, level: Reactive<level>) -> u32 {
    log.note("doubled");
    *level * 2
}

#[executor]
fn quadrupled(log: Tag<Log>, doubled: Reactive<doubled>) -> u32 {
    log.note("quadrupled");
    *doubled * 2
}

/// Parity 21: a value at the base of a cascade reaches everything above; an
/// update goes on from there; a release returns to it.
#[test]
fn rule_27_a_value_at_the_base_of_a_cascade() {
    let log = Log::new();
    let scope = log.builder().preset::<level>(10).build().unwrap();
    assert_eq!(*scope.get::<quadrupled>().unwrap(), 40);
    scope.update::<level>(11).unwrap();
    assert_eq!(*scope.get::<quadrupled>().unwrap(), 44);
    scope.modify::<level>(|now| now + 1).unwrap();
    assert_eq!(*scope.get::<level>().unwrap(), 12);
    scope.release::<level>().unwrap();
    assert_eq!(*scope.get::<quadrupled>().unwrap(), 40);
    scope.update::<level>(13).unwrap();
    assert_eq!(*scope.reload::<level>().unwrap(), 10);
    assert_eq!((log.count("level"), log.count("below")), (0, 0));
}

/// A value that was given is there before anybody asks, for live executors as for
/// fixed ones.
#[test]
fn rule_27_a_given_value_is_there_from_the_start() {
    let log = Log::new();
    let scope = log.builder().preset::<level>(10).preset::<below>(5).build().unwrap();
    assert!(scope.is_cached::<below>());
    assert_eq!(scope.peek::<below>().map(|value| *value), Some(5));
    assert!(scope.is_cached::<level>());
    assert_eq!(scope.peek::<level>().map(|value| *value), Some(10));
    assert_eq!(log.lines(), [""; 0]);
}

/// Parity 21 and B27: also in the middle of a cascade, where it cuts off what is below.
#[test]
fn rule_27_a_value_in_the_middle_of_a_cascade() {
    let log = Log::new();
    let scope = log.builder().preset::<doubled>(7).build().unwrap();
    assert_eq!(*scope.get::<quadrupled>().unwrap(), 14);
    scope.update::<level>(100).unwrap();
    assert_eq!(*scope.get::<quadrupled>().unwrap(), 14);
    assert_eq!(log.take(), ["quadrupled"]);
    assert_eq!(*scope.get::<level>().unwrap(), 100);
    scope.release::<doubled>().unwrap();
    assert_eq!(*scope.get::<quadrupled>().unwrap(), 14);
    assert_eq!(log.take(), ["quadrupled"]);
}

#[executor]
fn other_below(log: Tag<Log>) -> u32 {
    log.note("other below");
    3
}

#[executor(mutable)]
fn other_level(log: Tag<Log>, below: Dep<other_below>) -> u32 {
    log.note("other level");
    *below
}

/// Parity 20: an executor in the place of a live one shares its slot, so that
/// both names see each other's updates.
#[test]
fn rule_27_a_live_executor_in_the_place_of_a_live_one() {
    let log = Log::new();
    let scope = log.builder().preset_with::<level, other_level>().build().unwrap();
    assert_eq!(*scope.get::<quadrupled>().unwrap(), 12);
    scope.update::<level>(4).unwrap();
    assert_eq!(*scope.get::<quadrupled>().unwrap(), 16);
    assert_eq!(*scope.get::<other_level>().unwrap(), 4);
    scope.update::<other_level>(5).unwrap();
    assert_eq!(*scope.get::<quadrupled>().unwrap(), 20);
    assert_eq!(*scope.get::<level>().unwrap(), 5);
    assert_eq!((log.count("other level"), log.count("other below")), (1, 1));
    scope.release::<level>().unwrap();
    assert!(!scope.is_cached::<other_level>());
    assert_eq!(*scope.get::<quadrupled>().unwrap(), 12);
    assert_eq!((log.count("other level"), log.count("other below")), (2, 1));
    assert_eq!((log.count("level"), log.count("below")), (0, 0));
}

/// Parity 14 and 21: an update before the first read stores the value, and neither
/// the original nor the preset runs, nor what they depend on.
#[test]
fn rule_27_an_update_before_the_first_read() {
    let log = Log::new();
    let scope = log.builder().preset_with::<level, other_level>().build().unwrap();
    scope.update::<level>(9).unwrap();
    assert_eq!(*scope.get::<doubled>().unwrap(), 18);
    assert_eq!(log.take(), ["doubled"]);

    let scope = log.builder().preset::<level>(1).build().unwrap();
    scope.update::<level>(9).unwrap();
    assert_eq!(*scope.get::<doubled>().unwrap(), 18);
    scope.release::<level>().unwrap();
    assert_eq!(*scope.get::<doubled>().unwrap(), 2);
}

#[executor]
fn fixed_level(log: Tag<Log>, below: Dep<other_below>) -> u32 {
    log.note("fixed level");
    *below + 1
}

/// A fixed executor may stand in for a live one: what it replaces can still be
/// updated, and a release builds it again.
#[test]
fn rule_27_a_fixed_executor_in_the_place_of_a_live_one() {
    let log = Log::new();
    let scope = log.builder().preset_with::<level, fixed_level>().build().unwrap();
    assert_eq!(*scope.get::<quadrupled>().unwrap(), 16);
    assert_eq!(*scope.get::<level>().unwrap(), 4);
    assert_eq!(log.take(), ["other below", "fixed level", "doubled", "quadrupled"]);
    scope.update::<level>(1).unwrap();
    assert_eq!(*scope.get::<quadrupled>().unwrap(), 4);
    scope.release::<level>().unwrap();
    assert_eq!(*scope.get::<quadrupled>().unwrap(), 16);
    assert_eq!((log.count("fixed level"), log.count("other below")), (2, 1));
    assert_eq!((log.count("level"), log.count("below")), (0, 0));
}

/// A fixed executor that itself was given a value, in the place of a live one.
#[test]
fn rule_27_a_given_value_of_a_fixed_executor_in_the_place_of_a_live_one() {
    let log = Log::new();
    let builder = log.builder().preset_with::<level, fixed_level>().preset::<fixed_level>(30);
    let scope = builder.build().unwrap();
    assert_eq!(*scope.get::<doubled>().unwrap(), 60);
    scope.update::<level>(1).unwrap();
    assert_eq!(*scope.get::<doubled>().unwrap(), 2);
    assert_eq!(*scope.get::<fixed_level>().unwrap(), 30, "only the live one was updated");
    scope.release::<level>().unwrap();
    assert_eq!(*scope.get::<doubled>().unwrap(), 60);
    assert_eq!(log.count("fixed level"), 0);
}

/// A derived executor in the place of another: it is invalidated by what *it*
/// depends on, and no more by what the original did.
#[test]
fn rule_27_edges_are_those_after_presets() {
    #[executor(mutable)]
    fn limit(log: Tag<Log>) -> u32 {
        log.note("limit");
        100
    }
    #[executor]
    fn other_doubled(log: Tag<Log>, limit: Reactive<limit>) -> u32 {
        log.note("other doubled");
        *limit
    }

    let log = Log::new();
    let scope = log.builder().preset_with::<doubled, other_doubled>().build().unwrap();
    assert_eq!(*scope.get::<quadrupled>().unwrap(), 200);
    scope.update::<level>(9).unwrap();
    assert!(scope.is_cached::<quadrupled>());
    scope.update::<limit>(50).unwrap();
    assert!(!scope.is_cached::<quadrupled>());
    assert_eq!(*scope.get::<quadrupled>().unwrap(), 100);
    assert_eq!(log.count("doubled"), 0);
}

/// Rule 27: a snapshot of a preset.
#[test]
fn rule_27_a_snapshot_sees_the_preset() {
    #[executor]
    fn first(level: Snapshot<level>) -> u32 {
        *level
    }

    let log = Log::new();
    let given = log.builder().preset::<level>(10).build().unwrap();
    let other = log.builder().preset_with::<level, fixed_level>().build().unwrap();
    for (scope, value) in [(given, 10), (other, 4)] {
        assert_eq!(*scope.get::<first>().unwrap(), value);
        scope.update::<level>(99).unwrap();
        assert_eq!(*scope.get::<first>().unwrap(), value);
    }
}
