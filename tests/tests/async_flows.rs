//! Async flows: what they take, that they nest, and how they are cancelled.

use std::future::Future;
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};

use pollster::block_on;
use pumped::error::DisposeError;
use pumped::prelude::*;
use pumped::tree::Status;
use pumped_tests::futures::{poll_once, yield_now};

static POOLS: AtomicUsize = AtomicUsize::new(0);

#[executor]
async fn pool() -> Result<Vec<u32>, std::io::Error> {
    POOLS.fetch_add(1, Ordering::Relaxed);
    yield_now().await;
    Ok(vec![3, 4])
}

#[executor]
fn repo(pool: Dep<pool>) -> u32 {
    pool.iter().sum()
}

#[executor(mutable)]
fn rate() -> u32 {
    2
}

struct RequestId(u32);

#[flow]
fn leaf(repo: Ref<'_, repo>, request: Tag<RequestId>, #[input] text: &str) -> String {
    format!("{text} {} {}", *repo, request.0)
}

#[flow]
async fn handle(
    cx: &ExecutionCtx<'_>,
    pool: Ref<'_, pool>,
    rate: Dep<rate>,
    #[input] text: &str,
) -> Result<String, Fault> {
    cx.set(RequestId(7));
    yield_now().await;
    let leaf = cx.call_async(leaf(text)).await?;
    yield_now().await;
    Ok(format!("{leaf} {} {}", pool.len(), *rate))
}

#[test]
fn async_flows_take_async_dependencies_and_borrowed_inputs() {
    let scope = Scope::builder().history(4).build().unwrap();
    let text = String::from("hello");
    block_on(async {
        assert_eq!(scope.exec_async(handle(&text)).await.unwrap(), "hello 7 7 2 2");
        assert_eq!(scope.call_async(handle("again")).await.unwrap(), "again 7 7 2 2");
        let named = scope.context().name("GET /").tag(RequestId(1));
        named.exec_async(leaf("x")).await.unwrap();
    });
    assert_eq!(POOLS.load(Ordering::Relaxed), 1);
    let tree = scope.executions();
    assert_eq!(tree.roots().len(), 3);
    let children = tree.children(tree.roots()[0].id());
    assert_eq!((children[0].name(), children[0].status()), ("leaf", Status::Success));
    assert_eq!(tree.roots()[2].name(), "GET /");
}

#[flow]
async fn sum_of(cx: &ExecutionCtx<'_>, #[input] depth: u32) -> Result<u32, String> {
    if depth == 0 {
        return Ok(0);
    }
    let below = Box::pin(cx.exec_async(sum_of(depth - 1))).await;
    Ok(below.map_err(|error| error.to_string())? + depth)
}

#[flow]
async fn parallel(cx: &ExecutionCtx<'_>) -> Result<u32, String> {
    let (left, right) = (sum_of(2), sum_of(3));
    let (mut left, mut right) = (pin!(cx.exec_async(left)), pin!(cx.exec_async(right)));
    let left = left.as_mut().await.map_err(|error| error.to_string())?;
    Ok(left + right.as_mut().await.map_err(|error| error.to_string())?)
}

#[test]
fn rule_25_parallel_sub_flows_are_children_of_one_parent() {
    let scope = Scope::builder().history(1).build().unwrap();
    assert_eq!(block_on(scope.exec_async(parallel())).unwrap(), 9);
    let tree = scope.executions();
    assert_eq!(tree.children(tree.roots()[0].id()).len(), 2);
    assert_eq!(tree.len(), 8);
}

#[flow]
async fn waits(#[input] drops: CountsDrop) -> u32 {
    let _kept = drops;
    loop {
        yield_now().await;
    }
}

#[flow]
async fn waits_below(cx: &ExecutionCtx<'_>, #[input] drops: CountsDrop) -> u32 {
    cx.exec_async(waits(drops)).await.unwrap()
}

static DROPS: AtomicUsize = AtomicUsize::new(0);

struct CountsDrop;

impl Drop for CountsDrop {
    fn drop(&mut self) {
        DROPS.fetch_add(1, Ordering::Relaxed);
    }
}

#[test]
fn rule_24_dropping_cancels_the_whole_subtree() {
    let scope = Scope::builder().history(1).build().unwrap();
    let mut running = Box::pin(scope.exec_async(waits_below(CountsDrop)));
    for _ in 0..3 {
        assert!(poll_once(running.as_mut()).is_pending());
    }
    assert!(matches!(scope.dispose(), Err(DisposeError::Running)));
    assert_eq!(DROPS.load(Ordering::Relaxed), 0);
    drop(running);
    assert_eq!(DROPS.load(Ordering::Relaxed), 1);
    let tree = scope.executions();
    let root = tree.roots()[0];
    assert_eq!((root.name(), root.status()), ("waits_below", Status::Cancelled));
    assert_eq!(tree.children(root.id())[0].status(), Status::Cancelled);
    scope.dispose().unwrap();
}

#[flow]
async fn panics_later() -> u32 {
    yield_now().await;
    panic!("boom")
}

#[test]
fn rule_23_a_panic_after_an_await_is_an_error() {
    let scope = Scope::new();
    let error = block_on(scope.exec_async(panics_later())).unwrap_err();
    assert!(matches!(error, FlowError::Panicked(panic) if panic.message() == "boom"));
    scope.dispose().unwrap();
    let error = block_on(scope.exec_async(panics_later())).unwrap_err();
    assert!(matches!(error, FlowError::Disposed));
}

#[test]
fn the_future_can_be_spawned() {
    fn spawn<F: Future + Send + 'static>(future: F) -> F::Output {
        block_on(future)
    }
    let scope = Scope::new();
    let local = String::from("local");
    let text = spawn(async move { scope.exec_async(handle(&local)).await }).unwrap();
    assert_eq!(text, "local 7 7 2 2");
}
