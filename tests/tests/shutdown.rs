//! `shutdown` and `shutdown_when`: what is running may end within the grace period, and is
//! cancelled after it; then everything is cleaned up.

use std::future::{pending, ready};
use std::pin::pin;
use std::sync::Barrier;
use std::time::Duration;

use pollster::block_on;
use pumped::error::{DisposeError, ResolveErrorKind};
use pumped::prelude::*;
use pumped::tree::Status;
use pumped_tests::Log;
use pumped_tests::futures::{Gate, poll_once};

const GRACE: Duration = Duration::from_hours(1);

fn scope() -> (Scope, Log, Gate) {
    let (log, gate) = (Log::new(), Gate::new());
    (log.builder().tag(gate.clone()).history(8).build().unwrap(), log, gate)
}

#[executor]
fn database(cx: &ResolveCtx<'_>) -> u8 {
    let log = cx.tag::<Log>().unwrap().clone();
    cx.on_cleanup_async(|| async move {
        log.note("database closed");
    });
    1
}

struct Ends(Log);

impl Drop for Ends {
    fn drop(&mut self) {
        self.0.note("request ended");
    }
}

#[flow]
async fn request(_database: Ref<'_, database>, gate: Tag<Gate>, cx: &ExecutionCtx<'_>) -> u8 {
    let _ends = Ends(cx.tag::<Log>().unwrap().clone());
    gate.clone().pass().await;
    7
}

#[tokio::test(start_paused = true)]
async fn what_ends_within_the_grace_period_ends_well() {
    let (scope, log, gate) = scope();
    let mut running = pin!(scope.exec_async(request()));
    assert!(poll_once(running.as_mut()).is_pending());
    let mut shutdown = pin!(scope.shutdown(GRACE));
    assert!(poll_once(shutdown.as_mut()).is_pending());
    assert!(matches!(scope.exec_async(request()).await, Err(FlowError::Disposed)));
    gate.open();
    assert_eq!(running.await.unwrap(), 7);
    shutdown.await.unwrap();
    assert_eq!(log.take(), ["request ended", "database closed"]);
}

#[tokio::test(start_paused = true)]
async fn what_does_not_is_dropped_wherever_it_waits() {
    let (scope, log, _gate) = scope();
    let tasks: Vec<_> = (0..3)
        .map(|_| {
            let scope = scope.clone();
            tokio::spawn(async move { scope.exec_async(request()).await })
        })
        .collect();
    tokio::task::yield_now().await;
    let before = tokio::time::Instant::now();
    scope.shutdown(GRACE).await.unwrap();
    assert_eq!(before.elapsed().as_secs(), GRACE.as_secs());
    for task in tasks {
        assert!(matches!(task.await.unwrap(), Err(FlowError::Cancelled)));
    }
    let ended = ["request ended", "request ended", "request ended", "database closed"];
    assert_eq!(log.take(), ended);
    let tree = scope.executions();
    assert!(tree.roots().iter().all(|root| root.status() == Status::Cancelled), "{tree}");
}

#[test]
fn any_future_is_a_grace_period() {
    let (scope, log, gate) = scope();
    let patience = Gate::new();
    let mut running = pin!(scope.exec_async(request()));
    assert!(poll_once(running.as_mut()).is_pending());
    let mut shutdown = pin!(scope.shutdown_when(patience.clone().pass()));
    assert!(poll_once(shutdown.as_mut()).is_pending());
    patience.open();
    assert!(poll_once(shutdown.as_mut()).is_pending(), "the request is still held");
    gate.open();
    // What is to end goes no further, also if it could.
    assert!(matches!(block_on(running), Err(FlowError::Cancelled)));
    block_on(shutdown).unwrap();
    assert_eq!(log.take(), ["request ended", "database closed"]);
}

#[test]
fn builds_that_somebody_waits_for_are_cancelled() {
    #[executor]
    async fn endless() -> u8 {
        pending().await
    }
    let (scope, _log, _gate) = scope();
    let mut asked = pin!(scope.get_async::<endless>());
    assert!(poll_once(asked.as_mut()).is_pending());
    let mut shutdown = pin!(scope.shutdown_when(ready(())));
    assert!(poll_once(shutdown.as_mut()).is_ready());
    assert_eq!(block_on(asked).unwrap_err().kind(), ResolveErrorKind::Cancelled);
}

#[test]
fn a_sync_execution_sees_it_and_is_waited_for() {
    #[flow]
    fn works(cx: &ExecutionCtx<'_>, #[input] begun: &Barrier) -> &'static str {
        begun.wait();
        while !cx.is_cancelled() {
            std::thread::yield_now();
        }
        "stopped"
    }
    let (scope, _log, _gate) = scope();
    let begun = Barrier::new(2);
    std::thread::scope(|threads| {
        let worker = threads.spawn(|| scope.exec(works(&begun)).unwrap());
        begun.wait();
        block_on(scope.shutdown_when(ready(()))).unwrap();
        assert_eq!(worker.join().unwrap(), "stopped");
    });
}

#[test]
fn from_inside_it_is_an_error() {
    #[flow]
    async fn inside(cx: &ExecutionCtx<'_>) -> bool {
        let ended = cx.scope().shutdown_when(ready(())).await;
        matches!(ended, Err(DisposeError::Nested)) && !cx.is_cancelled()
    }
    let (scope, _log, _gate) = scope();
    assert!(block_on(scope.exec_async(inside())).unwrap());
}

#[test]
fn one_that_is_given_up_is_taken_over() {
    let (scope, log, gate) = scope();
    let mut running = Box::pin(scope.exec_async(request()));
    assert!(poll_once(running.as_mut()).is_pending());
    assert!(poll_once(pin!(scope.shutdown_when(pending()))).is_pending());
    gate.open();
    assert_eq!(block_on(running).unwrap(), 7, "nobody has lost patience");
    block_on(scope.dispose_async()).unwrap();
    assert_eq!(log.take(), ["request ended", "database closed"]);
}
