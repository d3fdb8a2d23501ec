//! Rule 24: what cancels an execution, what is left of it, and what its tree says.

use std::future::pending;
use std::pin::pin;
use std::time::Duration;

use pollster::block_on;
use pumped::prelude::*;
use pumped::tree::{ExecutionTree, Status};
use pumped_tests::futures::{Gate, poll_once, yield_now};
use pumped_tests::spy::Spy;
use pumped_tests::{Log, Runs};
use tokio_util::sync::CancellationToken;

const LONG: Duration = Duration::from_hours(1);

fn log(cx: &ExecutionCtx<'_>) -> Log {
    cx.tag::<Log>().unwrap().clone()
}

/// Says that it goes.
struct Held(Log, &'static str);

impl Drop for Held {
    fn drop(&mut self) {
        self.0.note(format!("{} dropped", self.1));
    }
}

#[flow]
async fn endless(cx: &ExecutionCtx<'_>) {
    let _held = Held(log(cx), "endless");
    loop {
        log(cx).note("a step");
        yield_now().await;
    }
}

#[flow]
async fn parent(cx: &ExecutionCtx<'_>) -> Result<(), Fault> {
    let _held = Held(log(cx), "parent");
    cx.exec_async(endless()).await
}

fn scope() -> (Scope, Log) {
    let log = Log::new();
    (log.builder().history(8).build().unwrap(), log)
}

fn statuses(tree: &ExecutionTree) -> Vec<(String, Status)> {
    let mut found = Vec::new();
    for root in tree.roots() {
        tree.walk(root.id(), |node| {
            found.push((node.name().to_owned(), node.status()));
            true
        });
    }
    found
}

fn named(pairs: &[(&str, Status)]) -> Vec<(String, Status)> {
    pairs.iter().map(|(name, status)| ((*name).to_owned(), *status)).collect()
}

#[test]
fn a_token_drops_the_whole_subtree() {
    let (scope, log) = scope();
    let token = CancellationToken::new();
    let mut running = pin!(scope.context().cancel_on(token.clone()).exec_async(parent()));
    assert!(poll_once(running.as_mut()).is_pending());
    assert_eq!(log.take(), ["a step"]);
    token.cancel();
    assert!(matches!(block_on(running), Err(FlowError::Cancelled)));
    // Not a step more, and from the inside out.
    assert_eq!(log.take(), ["endless dropped", "parent dropped"]);
    let expected = [("parent", Status::Cancelled), ("endless", Status::Cancelled)];
    assert_eq!(statuses(&scope.executions()), named(&expected));
}

#[tokio::test(start_paused = true)]
async fn a_deadline_says_that_it_was_one_and_its_children_were_cancelled() {
    let (scope, log) = scope();
    let ended = scope.context().timeout(LONG).exec_async(waiting_parent()).await;
    assert!(matches!(ended, Err(FlowError::TimedOut(LONG))));
    assert_eq!(log.take(), ["waiting dropped"]);
    let expected = [("waiting_parent", Status::TimedOut), ("waiting", Status::Cancelled)];
    assert_eq!(statuses(&scope.executions()), named(&expected));
    let tree = scope.executions();
    let root = tree.find(|node| node.parent_id().is_none()).unwrap();
    assert_eq!(root.error().unwrap(), "the execution timed out after 3600s");
}

#[flow]
async fn waiting_parent(cx: &ExecutionCtx<'_>) -> Result<(), Fault> {
    cx.exec_async(waiting()).await
}

#[flow]
async fn waiting(cx: &ExecutionCtx<'_>) {
    let _held = Held(log(cx), "waiting");
    pending::<()>().await;
}

#[tokio::test(start_paused = true)]
async fn what_ends_in_time_is_not_touched() {
    #[flow]
    async fn quick() -> u8 {
        tokio::time::sleep(LONG / 2).await;
        7
    }
    let (scope, _log) = scope();
    let token = CancellationToken::new();
    let context = scope.context().timeout(LONG).cancel_on(token.clone());
    assert_eq!(context.exec_async(quick()).await.unwrap(), 7);
    // Late.
    token.cancel();
    tokio::time::advance(LONG).await;
    assert_eq!(statuses(&scope.executions()), named(&[("quick", Status::Success)]));
}

#[tokio::test(start_paused = true)]
async fn each_deadline_counts_from_its_own_beginning() {
    #[flow]
    async fn quick() -> u8 {
        tokio::time::sleep(LONG / 2).await;
        7
    }
    #[flow]
    async fn looks(cx: &ExecutionCtx<'_>) -> (bool, bool) {
        let before = cx.is_cancelled();
        tokio::time::advance(LONG * 2).await;
        (before, cx.is_cancelled())
    }
    let (scope, _log) = scope();
    let context = || scope.context().timeout(LONG);
    assert!(context().exec_async(waiting()).await.is_err());
    assert_eq!(context().exec_async(quick()).await.unwrap(), 7);
    // By the same clock as whoever looks.
    let looked = context().exec_async(looks()).await;
    assert!(matches!(looked, Ok((false, true)) | Err(FlowError::TimedOut(LONG))), "{looked:?}");
}

#[tokio::test(start_paused = true)]
async fn a_deadline_beyond_all_time_is_none() {
    #[flow]
    fn looks(cx: &ExecutionCtx<'_>) -> bool {
        cx.is_cancelled()
    }
    let (scope, _log) = scope();
    assert!(!scope.context().timeout(Duration::MAX).exec(looks()).unwrap());
    assert!(!scope.context().timeout(Duration::MAX).exec_async(looks()).await.unwrap());
}

#[test]
fn already_cancelled_never_starts() {
    static BUILDS: Runs = Runs::new();
    #[executor]
    fn base() -> usize {
        BUILDS.up()
    }
    #[flow]
    async fn takes(_base: Ref<'_, base>) {
        yield_now().await;
        unreachable!("it never starts");
    }
    #[flow]
    fn takes_now(_base: Ref<'_, base>) {
        unreachable!("it never starts");
    }
    let (scope, _log) = scope();
    let token = CancellationToken::new();
    token.cancel();
    let context = || scope.context().cancel_on(token.clone());
    assert!(matches!(block_on(context().exec_async(takes())), Err(FlowError::Cancelled)));
    assert!(matches!(block_on(context().exec_async(takes_now())), Err(FlowError::Cancelled)));
    assert!(matches!(context().exec(takes_now()), Err(FlowError::Cancelled)));
    assert!(matches!(context().call(takes_now()), Err(Fault::Cancelled)));
    assert_eq!(BUILDS.get(), 0);
    // They are in the tree all the same.
    let tree = statuses(&scope.executions());
    assert_eq!(tree.len(), 4);
    assert!(tree.iter().all(|(_, status)| *status == Status::Cancelled), "{tree:?}");
}

#[test]
fn a_sync_execution_looks_and_starts_nothing_more() {
    #[flow]
    fn looks(cx: &ExecutionCtx<'_>, #[input] token: &CancellationToken) -> Result<u8, Fault> {
        assert!(!cx.is_cancelled());
        cx.call(child())?;
        token.cancel();
        assert!(cx.is_cancelled());
        assert!(matches!(cx.exec(child()), Err(FlowError::Cancelled)));
        // What it returns counts.
        Ok(7)
    }
    #[flow]
    fn child() {}
    let (scope, _log) = scope();
    let token = CancellationToken::new();
    let context = scope.context().cancel_on(token.clone());
    assert_eq!(context.exec(looks(&token)).unwrap(), 7);
    let expected =
        [("looks", Status::Success), ("child", Status::Success), ("child", Status::Cancelled)];
    assert_eq!(statuses(&scope.executions()), named(&expected));
}

#[test]
fn a_sync_execution_sees_its_deadline() {
    #[flow]
    fn looks(cx: &ExecutionCtx<'_>) -> u32 {
        let mut turns = 0;
        while !cx.is_cancelled() {
            turns += 1;
            std::thread::yield_now();
        }
        turns
    }
    let (scope, _log) = scope();
    let turns = scope.context().timeout(Duration::from_millis(5)).exec(looks()).unwrap();
    assert!(turns > 0);
    let none = scope.context().timeout(Duration::ZERO).exec(looks());
    assert!(matches!(none, Err(FlowError::TimedOut(Duration::ZERO))));
}

#[test]
fn who_waits_for_it_is_polled_once_more() {
    #[flow]
    async fn careful(cx: &ExecutionCtx<'_>, #[input] gate: Gate) -> &'static str {
        let log = log(cx);
        let (mut work, mut cancelled) = (pin!(gate.pass()), pin!(cx.cancelled()));
        let is_cancelled = std::future::poll_fn(|context| {
            if work.as_mut().poll(context).is_ready() {
                return std::task::Poll::Ready(false);
            }
            cancelled.as_mut().poll(context).map(|()| true)
        });
        if is_cancelled.await {
            log.note("put in order")
        } else {
            log.note("done")
        };
        "ended"
    }
    #[flow]
    async fn stubborn(cx: &ExecutionCtx<'_>) {
        cx.cancelled().await;
        log(cx).note("told");
        loop {
            yield_now().await;
            log(cx).note("goes on");
        }
    }
    #[flow]
    async fn above(cx: &ExecutionCtx<'_>, #[input] gate: Gate) -> Result<&'static str, Fault> {
        cx.exec_async(careful(gate)).await
    }
    let (scope, log) = scope();
    let token = CancellationToken::new();
    let context = || scope.context().cancel_on(token.clone());
    let mut running = pin!(context().exec_async(above(Gate::new())));
    let mut stubborn = pin!(context().exec_async(stubborn()));
    assert!(poll_once(running.as_mut()).is_pending());
    assert!(poll_once(stubborn.as_mut()).is_pending());
    token.cancel();
    assert_eq!(block_on(running).unwrap(), "ended");
    assert_eq!(log.take(), ["put in order"]);
    assert!(matches!(block_on(stubborn), Err(FlowError::Cancelled)));
    assert_eq!(log.take(), ["told"]);
}

#[test]
fn a_cancelled_build_can_be_built_again() {
    static BUILDS: Runs = Runs::new();
    #[executor]
    async fn slow(gate: Tag<Gate>) -> usize {
        BUILDS.up();
        gate.clone().pass().await;
        BUILDS.get()
    }
    #[flow]
    fn takes(slow: Ref<'_, slow>) -> usize {
        *slow
    }
    let gate = Gate::new();
    let scope = Scope::builder().tag(gate.clone()).build().unwrap();
    let token = CancellationToken::new();
    {
        let mut running = pin!(scope.context().cancel_on(token.clone()).exec_async(takes()));
        assert!(poll_once(running.as_mut()).is_pending());
        token.cancel();
        assert!(matches!(block_on(running), Err(FlowError::Cancelled)));
    }
    gate.open();
    assert_eq!(block_on(scope.exec_async(takes())).unwrap(), 2);
}

#[test]
fn extensions_are_told_of_the_end_of_all_that_is_dropped() {
    let seen = Log::new();
    let builder = Log::new().builder().extension(Spy::new("spy", &seen));
    let scope = builder.build().unwrap();
    let token = CancellationToken::new();
    let mut running = Box::pin(scope.context().cancel_on(token.clone()).exec_async(parent()));
    assert!(poll_once(running.as_mut()).is_pending());
    assert_eq!(
        seen.take(),
        ["spy init", "spy before execute parent", "spy before execute endless"]
    );
    token.cancel();
    assert!(block_on(running.as_mut()).is_err());
    assert_eq!(
        seen.take(),
        [
            "spy after execute endless: cancelled",
            "spy error execute parent: the execution was cancelled",
            "spy after execute parent: cancelled",
        ]
    );
    drop(running);

    // The same where somebody just lets go of it.
    let mut dropped = Box::pin(scope.exec_async(parent()));
    assert!(poll_once(dropped.as_mut()).is_pending());
    assert_eq!(seen.take().len(), 2);
    drop(dropped);
    assert_eq!(
        seen.take(),
        ["spy after execute endless: cancelled", "spy after execute parent: cancelled"]
    );
}
