//! Flows: warm ones, nested ones, with whatever may be around them, and on fresh scopes.

use std::hint::black_box;

use pumped::extension::Extension;
use pumped::prelude::*;

use crate::flow_by_hand::{
    FRESH_NESTED, FRESH_SINGLE, NESTED, RATE, SINGLE, TAGGED, TENANT,
};
use crate::threads::Parallel;
use crate::workload::{Beside, PumpedGo, Run, Workload, numbered};

pub(super) const WORKLOADS: &[Workload] = &[
    Workload {
        name: "ExecutionCtxAllocation",
        what: "one flow, one dependency, warm scope",
        pumped_go: Some(PumpedGo { allocations: 21, bytes: 1_351 }),
        allocations: Some(0),
        ours: plain,
        beside: &[SINGLE],
    },
    Workload {
        name: "FlowNested",
        what: "flows nested 10 deep, warm scope",
        pumped_go: None,
        allocations: Some(0),
        ours: || {
            let scope = Scope::new();
            numbered(move |n| scope.call(level1(n)).unwrap())
        },
        beside: &[NESTED],
    },
    Workload {
        name: "FlowTagged",
        what: "a flow that reads a tag of the scope",
        pumped_go: None,
        allocations: Some(0),
        ours: || {
            let scope = Scope::builder().tag(Tenant(TENANT)).build().unwrap();
            numbered(move |n| scope.exec(tagged(n)).unwrap())
        },
        beside: &[TAGGED],
    },
    Workload {
        name: "FlowAsync",
        what: "one async flow, polled by hand",
        pumped_go: None,
        allocations: Some(0),
        ours: || {
            let scope = Scope::new();
            numbered(move |n| now(scope.exec_async(single_async(n))).unwrap())
        },
        beside: &[BY_HAND_ASYNC, PLAIN],
    },
    Workload {
        name: "FlowOneExtension",
        what: "one flow, 1 extension that does nothing",
        pumped_go: None,
        allocations: Some(0),
        ours: || extended(1),
        beside: &[BY_HAND, PLAIN],
    },
    Workload {
        name: "FlowThreeExtensions",
        what: "one flow, 3 extensions that do nothing",
        pumped_go: None,
        allocations: Some(0),
        ours: || extended(3),
        beside: &[BY_HAND, PLAIN],
    },
    Workload {
        name: "FlowHistory",
        what: "one flow, with a history of 16",
        pumped_go: None,
        allocations: None,
        ours: || {
            let scope = Scope::builder().history(16).build().unwrap();
            numbered(move |n| scope.exec(single(n)).unwrap())
        },
        beside: &[BY_HAND, PLAIN],
    },
    Workload {
        name: "FlowTwoThreads",
        what: "one flow, two threads beside one",
        pumped_go: None,
        allocations: Some(0),
        ours: || on_threads(2),
        beside: &[
            Beside { what: "pumped on one thread", goal: Some(1.1), run: || on_threads(1) },
        ],
    },
    Workload {
        name: "ExtensionCopying",
        what: "warm get with 10 extensions",
        pumped_go: Some(PumpedGo { allocations: 0, bytes: 0 }),
        allocations: Some(0),
        ours: || {
            let scope = with_extensions(10);
            scope.get::<rate>().unwrap();
            numbered(move |n| n * *black_box(&scope).get::<rate>().unwrap())
        },
        beside: &[Beside {
            what: "pumped without extensions",
            goal: None,
            run: || {
                let scope = Scope::new();
                scope.get::<rate>().unwrap();
                numbered(move |n| n * *black_box(&scope).get::<rate>().unwrap())
            },
        }],
    },
    Workload {
        name: "FlowExecution",
        what: "fresh scope, one flow",
        pumped_go: Some(PumpedGo { allocations: 41, bytes: 2_657 }),
        allocations: Some(4),
        ours: || numbered(|n| black_box(Scope::new()).exec(single(n)).unwrap()),
        beside: &[FRESH_SINGLE],
    },
    Workload {
        name: "ComplexFlowChain",
        what: "fresh scope, 10 nested flows",
        pumped_go: Some(PumpedGo { allocations: 357, bytes: 20_779 }),
        allocations: Some(6),
        ours: || numbered(|n| black_box(Scope::new()).call(level1(n)).unwrap()),
        beside: &[FRESH_NESTED],
    },
];

/// What is written by hand, for what has no goal of its own.
const BY_HAND: Beside = Beside { goal: None, ..SINGLE };

/// The same, as a future.
const BY_HAND_ASYNC: Beside = Beside {
    what: "an async function, each poll under `catch_unwind`",
    goal: None,
    run: || {
        let rate = Box::new(RATE);
        numbered(move |n| now(caught(by_hand(black_box(&rate), n))))
    },
};

async fn by_hand(rate: &u64, amount: u64) -> u64 {
    std::future::ready(amount).await * rate
}

/// A future whose panics are caught, as they are in a flow.
async fn caught(future: impl Future<Output = u64>) -> u64 {
    let mut future = std::pin::pin!(future);
    std::future::poll_fn(|context| {
        let poll = std::panic::AssertUnwindSafe(|| future.as_mut().poll(context));
        match std::panic::catch_unwind(poll) {
            Ok(polled) => polled,
            Err(payload) => std::panic::resume_unwind(payload),
        }
    })
    .await
}

/// A warm flow with nothing around it.
const PLAIN: Beside = Beside { what: "pumped with nothing around", goal: None, run: plain };

fn plain() -> Box<dyn Run> {
    let scope = Scope::new();
    numbered(move |n| black_box(&scope).exec(single(n)).unwrap())
}

fn on_threads(threads: usize) -> Box<dyn Run> {
    let scope = Scope::new();
    Parallel::boxed(threads, ROUNDS, move |_| black_box(&scope).exec(single(1)).unwrap())
}

fn extended(extensions: usize) -> Box<dyn Run> {
    let scope = with_extensions(extensions);
    numbered(move |n| black_box(&scope).exec(single(n)).unwrap())
}

fn with_extensions(count: usize) -> Scope {
    let builder = (0..count).fold(Scope::builder(), |builder, _| builder.extension(Idle));
    builder.build().unwrap()
}

/// An extension that does nothing.
struct Idle;

impl Extension for Idle {}

/// So many executions that starting the threads is next to nothing.
const ROUNDS: u32 = 20_000;

struct Tenant(u64);

#[executor]
fn rate() -> u64 {
    black_box(RATE)
}

#[flow]
fn single(rate: Ref<'_, rate>, #[input] amount: u64) -> u64 {
    amount * *rate
}

#[flow]
async fn single_async(rate: Ref<'_, rate>, #[input] amount: u64) -> u64 {
    std::future::ready(amount).await * *rate
}

#[flow]
fn tagged(cx: &ExecutionCtx<'_>, rate: Ref<'_, rate>, #[input] amount: u64) -> u64 {
    amount * *rate + cx.tag::<Tenant>().map_or(0, |tenant| tenant.0)
}

/// The output of a future that never waits.
fn now<T>(future: impl Future<Output = T>) -> T {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match std::pin::pin!(future).poll(&mut context) {
        std::task::Poll::Ready(output) => output,
        std::task::Poll::Pending => unreachable!("nothing here waits"),
    }
}

/// Each flow runs the next one.
macro_rules! nested {
    ($($name:ident -> $next:ident)* ; $last:ident) => {
        $(
            #[flow]
            fn $name(
                cx: &ExecutionCtx<'_>,
                rate: Ref<'_, rate>,
                #[input] amount: u64,
            ) -> Result<u64, Fault> {
                Ok(cx.call($next(amount))? + *rate)
            }
        )*

        #[flow]
        fn $last(rate: Ref<'_, rate>, #[input] amount: u64) -> Result<u64, Fault> {
            Ok(amount + *rate)
        }
    };
}

nested! {
    level1 -> level2 level2 -> level3 level3 -> level4 level4 -> level5 level5 -> level6
    level6 -> level7 level7 -> level8 level8 -> level9 level9 -> level10;
    level10
}
