//! Rules 17 and 27: a value that was given stands for itself; it was built from
//! nothing, and holds nothing.

use pumped::prelude::*;
use pumped_tests::Log;

struct Noisy(Log, &'static str);

impl Drop for Noisy {
    fn drop(&mut self) {
        self.0.note(self.1);
    }
}

#[executor]
fn base(log: Tag<Log>) -> Noisy {
    Noisy(log.clone(), "base")
}

#[executor]
fn above(log: Tag<Log>, _base: Dep<base>) -> Noisy {
    Noisy(log.clone(), "above")
}

/// A given value does not keep alive what the function would have depended on.
#[test]
fn rule_27_a_given_value_holds_nothing_that_was_built() {
    let log = Log::new();
    let scope = log.builder().preset::<above>(Noisy(log.clone(), "given")).build().unwrap();
    scope.get::<base>().unwrap();
    let held = scope.dep::<above>().unwrap();
    drop(scope);
    assert_eq!(log.take(), ["base"]);
    drop(held);
    assert_eq!(log.take(), ["given"]);
}

/// Nor what was given for that, in either order.
#[test]
fn rule_27_a_given_value_holds_nothing_that_was_given() {
    let log = Log::new();
    let given = |line| Noisy(log.clone(), line);
    let base_first = log.builder().preset::<base>(given("base")).preset::<above>(given("above"));
    let above_first = log.builder().preset::<above>(given("above")).preset::<base>(given("base"));
    for builder in [base_first, above_first] {
        let scope = builder.build().unwrap();
        let held = scope.dep::<above>().unwrap();
        drop(scope);
        assert_eq!(log.take(), ["base"]);
        drop(held);
        assert_eq!(log.take(), ["above"]);
    }
}

/// Nor does it write to memory that others use by then. Fresh memory of every
/// small size is filled, so that a write to what was freed shows in it.
#[test]
fn rule_19_a_given_value_writes_to_nothing_that_was_freed() {
    const PATTERN: u8 = 0xaa;

    let log = Log::new();
    let given = |line| Noisy(log.clone(), line);
    let builder = log.builder().preset::<above>(given("above")).preset::<base>(given("base"));
    let scope = builder.build().unwrap();
    let held = scope.dep::<above>().unwrap();
    drop(scope);
    let sizes = (16..=512).step_by(8);
    let fresh: Vec<Vec<u8>> =
        sizes.flat_map(|size| (0..8).map(move |_| vec![PATTERN; size])).collect();
    drop(held);
    for memory in &fresh {
        assert!(memory.iter().all(|byte| *byte == PATTERN), "in a piece of {}", memory.len());
    }
}
