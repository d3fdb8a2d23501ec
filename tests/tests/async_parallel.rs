//! Sub-flows side by side are children of one parent (rule 25), with what the `futures` crate
//! has for it: all of them, as they come, or until the first one fails.

use futures_util::future::{join, join_all, try_join_all};
use futures_util::stream::{FuturesUnordered, StreamExt};
use pollster::block_on;
use pumped::prelude::*;
use pumped::tree::{ExecutionNode, Status};
use pumped_tests::futures::{Gate, yield_now};

struct Order(u32);

#[flow]
async fn step(order: Tag<Order>, gate: Tag<Gate>, #[input] number: u32) -> Result<u32, String> {
    // The last one to begin lets all of them go on.
    if number == 3 {
        gate.open();
    }
    gate.clone().pass().await;
    yield_now().await;
    if number == 2 && order.0 == 13 { Err("refused".into()) } else { Ok(order.0 + number) }
}

#[flow]
async fn endless() -> Result<u32, String> {
    std::future::pending().await
}

#[derive(Debug)]
struct Failed;

impl From<Fault> for Failed {
    fn from(fault: Fault) -> Self {
        panic!("{fault}")
    }
}

impl std::fmt::Display for Failed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("failed")
    }
}

#[flow]
async fn all(cx: &ExecutionCtx<'_>, #[input] order: u32) -> Vec<Option<u32>> {
    cx.set(Order(order));
    let results = join_all((0..4).map(|number| cx.exec_async(step(number)))).await;
    results.into_iter().map(Result::ok).collect()
}

#[flow]
async fn as_they_come(cx: &ExecutionCtx<'_>, #[input] order: u32) -> u32 {
    cx.set(Order(order));
    let mut running: FuturesUnordered<_> =
        (0..4).map(|number| cx.exec_async(step(number))).collect();
    let mut sum = 0;
    while let Some(result) = running.next().await {
        sum += result.unwrap_or_default();
    }
    sum
}

#[flow]
async fn until_one_fails(cx: &ExecutionCtx<'_>, #[input] order: u32) -> Result<u32, Failed> {
    cx.set(Order(order));
    let steps = try_join_all((0..4).map(|number| cx.exec_async(step(number))));
    let others = cx.exec_async(endless());
    let (mut steps, mut others) = (std::pin::pin!(steps), std::pin::pin!(others));
    let ended = std::future::poll_fn(|context| {
        let _ = others.as_mut().poll(context);
        steps.as_mut().poll(context)
    });
    ended.await.map(|numbers| numbers.iter().sum()).map_err(|_| Failed)
}

fn scope() -> Scope {
    Scope::builder().tag(Gate::new()).history(4).build().unwrap()
}

/// How the children of the one root have ended.
fn children(scope: &Scope) -> Vec<Status> {
    let tree = scope.executions();
    let roots = tree.roots();
    assert_eq!(roots.len(), 1);
    tree.children(roots[0].id()).into_iter().map(ExecutionNode::status).collect()
}

#[test]
fn all_of_them() {
    let scope = scope();
    assert_eq!(block_on(scope.exec_async(all(13))).unwrap(), [Some(13), Some(14), None, Some(16)]);
    let children = children(&scope);
    assert_eq!(children.len(), 4);
    let failed = children.iter().filter(|status| **status == Status::Failed).count();
    assert_eq!(failed, 1);
}

#[test]
fn as_they_come_in() {
    let scope = scope();
    assert_eq!(block_on(scope.exec_async(as_they_come(1))).unwrap(), 10);
    assert_eq!(children(&scope).len(), 4);
}

#[test]
fn until_the_first_one_fails_and_the_others_are_cancelled() {
    let scope = scope();
    assert_eq!(block_on(scope.exec_async(until_one_fails(1))).unwrap(), 10);
    let scope = self::scope();
    let failed = block_on(scope.exec_async(until_one_fails(13)));
    assert!(matches!(failed, Err(FlowError::Failed(Failed))));
    let children = children(&scope);
    let with = |wanted| children.iter().filter(|status| **status == wanted).count();
    assert_eq!(with(Status::Failed), 1);
    assert!(with(Status::Cancelled) >= 1, "{:?}", scope.executions().to_string());
    assert_eq!(children.len(), 5);
}

#[test]
fn two_of_different_kinds() {
    #[flow]
    async fn both(cx: &ExecutionCtx<'_>) -> (bool, usize) {
        cx.set(Order(1));
        let (one, other) = join(cx.exec_async(step(3)), cx.exec_async(all(2))).await;
        (one.is_ok(), other.map_or(0, |all| all.len()))
    }
    assert_eq!(block_on(scope().exec_async(both())).unwrap(), (true, 4));
}
