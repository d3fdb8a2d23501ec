//! Random operations of one thread on a random graph: every value, every run of a
//! function, every cleanup, and every call of a follower is what the model says.

use proptest::prelude::*;

use super::graph::{Choice, any_choices};
use super::pair::Pair;

/// An operation. Members are numbers, of which the graph makes its own.
#[derive(Clone, Debug)]
pub(crate) enum Op {
    Get(usize),
    Hold(usize),
    LetGo(usize),
    Update(usize, i64),
    /// Something else, and back to what it was.
    ThereAndBack(usize, i64),
    Modify(usize, i64),
    /// The changes, and whether the closure fails after them.
    Batch(Vec<(usize, Part)>, bool),
    Release(usize),
    Reload(usize),
    Follow(usize),
    Unfollow(usize),
    Watch(usize),
    Poll(usize),
    Unwatch(usize),
    Fail(usize),
    Mend,
    Dispose,
}

/// A change in a batch.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Part {
    Update(i64),
    Modify(i64),
}

fn any_op() -> impl Strategy<Value = Op> {
    let at = || 0..1_000_usize;
    let part = prop_oneof![(0..5_i64).prop_map(Part::Update), (0..3_i64).prop_map(Part::Modify)];
    let parts = prop::collection::vec((at(), part), 0..5);
    prop_oneof![
        16 => at().prop_map(Op::Get),
        5 => at().prop_map(Op::Hold),
        5 => at().prop_map(Op::LetGo),
        12 => (at(), 0..5_i64).prop_map(|(at, data)| Op::Update(at, data)),
        3 => (at(), 1..3_i64).prop_map(|(at, by)| Op::ThereAndBack(at, by)),
        5 => (at(), 0..3_i64).prop_map(|(at, by)| Op::Modify(at, by)),
        5 => (parts, prop::bool::weighted(0.15)).prop_map(|(parts, fails)| Op::Batch(parts, fails)),
        3 => at().prop_map(Op::Release),
        3 => at().prop_map(Op::Reload),
        2 => at().prop_map(Op::Follow),
        1 => at().prop_map(Op::Unfollow),
        1 => at().prop_map(Op::Watch),
        4 => at().prop_map(Op::Poll),
        1 => at().prop_map(Op::Unwatch),
        3 => at().prop_map(Op::Fail),
        3 => Just(Op::Mend),
        1 => Just(Op::Dispose),
    ]
}

fn run(choices: &[Choice], ops: &[Op]) {
    let mut pair = Pair::new(choices);
    for op in ops {
        for op in pair.parts_of(op) {
            pair.step(&op);
            pair.check(&op);
        }
    }
    pair.end();
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 400,
        max_shrink_iters: 20_000,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    /// Rules 2, 8, 9, 11 to 14, 16 to 19 and 27, for one thread.
    #[test]
    fn a_scope_does_what_the_model_says(
        choices in any_choices(13),
        ops in prop::collection::vec(any_op(), 1..80),
    ) {
        run(&choices, &ops);
    }
}
