//! What is async and in flight, where somebody comes back for it, gives it up, or keeps it
//! without polling it.

use std::pin::pin;

use pollster::block_on;
use pumped::prelude::*;
use pumped_tests::futures::{Gate, poll_once};

fn scope() -> (Scope, Gate) {
    let gate = Gate::new();
    (Scope::builder().tag(gate.clone()).build().unwrap(), gate)
}

#[executor(mutable)]
fn url() -> u32 {
    1
}

#[executor(mutable)]
async fn count(url: Reactive<url>, gate: Tag<Gate>) -> u32 {
    gate.clone().pass().await;
    *url
}

#[test]
fn a_change_survives_that_its_value_went_stale_before_its_turn() {
    let (scope, gate) = scope();
    let mut modifying = pin!(scope.modify_async::<count>(|now| now + 1));
    assert!(poll_once(modifying.as_mut()).is_pending());
    scope.update::<url>(10).unwrap();
    gate.open();
    block_on(modifying).unwrap();
    assert_eq!(*block_on(scope.get_async::<count>()).unwrap(), 11);
}
