//! Random operations of one thread on a random graph, some of which stay half done: every
//! value, every run of a function and every cleanup is one that the oracle allows.

use proptest::prelude::*;

use super::graph::{Choice, any_choices};
use super::pair::Pair;

/// An operation. Members are numbers, of which the graph makes its own.
#[derive(Clone, Debug)]
pub(crate) enum Op {
    /// Of what is plain, without awaiting.
    Get(usize),
    Read(usize),
    Hold(usize),
    LetGo(usize),
    /// Reads all of these, and those that are open, in one task.
    SideBySide(Vec<usize>),
    /// Polls a read so often, and leaves it open.
    Begin(usize, usize),
    GoOn(usize, usize),
    GiveUp(usize),
    /// Polls a read so often, and drops it.
    Halfway(usize, usize),
    Update(usize, i64),
    Batch(Vec<(usize, i64)>),
    Modify(usize, i64),
    Release(usize),
    Reload(usize),
    Fail(usize),
    Mend,
    Drain,
}

fn any_op() -> impl Strategy<Value = Op> {
    let at = || 0..1_000_usize;
    let part = || (at(), 0..5_i64);
    prop_oneof![
        4 => at().prop_map(Op::Get),
        10 => at().prop_map(Op::Read),
        4 => at().prop_map(Op::Hold),
        4 => at().prop_map(Op::LetGo),
        5 => prop::collection::vec(at(), 0..4).prop_map(Op::SideBySide),
        10 => (at(), 0..8_usize).prop_map(|(at, polls)| Op::Begin(at, polls)),
        8 => (at(), 1..8_usize).prop_map(|(at, polls)| Op::GoOn(at, polls)),
        3 => at().prop_map(Op::GiveUp),
        5 => (at(), 1..12_usize).prop_map(|(at, polls)| Op::Halfway(at, polls)),
        14 => part().prop_map(|(at, data)| Op::Update(at, data)),
        5 => prop::collection::vec(part(), 0..5).prop_map(Op::Batch),
        4 => (at(), 0..3_i64).prop_map(|(at, by)| Op::Modify(at, by)),
        3 => at().prop_map(Op::Release),
        2 => at().prop_map(Op::Reload),
        2 => at().prop_map(Op::Fail),
        3 => Just(Op::Mend),
        3 => Just(Op::Drain),
    ]
}

fn run(choices: &[Choice], ops: &[Op], gives_up: bool) {
    let mut pair = Pair::new(choices);
    for op in ops {
        pair.step(op);
    }
    pair.end(gives_up);
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 400,
        max_shrink_iters: 20_000,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    /// Rules 1, 2, 6, 8, 9, 10, 12, 13, 16 to 19 and 27, for one thread.
    #[test]
    fn async_executors_do_what_the_oracle_allows(
        choices in any_choices(13),
        ops in prop::collection::vec(any_op(), 1..80),
        gives_up: bool,
    ) {
        run(&choices, &ops, gives_up);
    }
}
