//! Rule 19, async: `dispose_async` waits for what is async, and can be given up.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use pollster::block_on;
use pumped::error::{DisposeError, ResolveErrorKind};
use pumped::prelude::*;
use pumped_tests::futures::{poll_once, yield_now};

fn scope() -> (Scope, Arc<AtomicUsize>) {
    let closed = Arc::new(AtomicUsize::new(0));
    (Scope::builder().tag(Closes(closed.clone())).build().unwrap(), closed)
}

struct Closes(Arc<AtomicUsize>);

#[executor]
async fn database(closes: Tag<Closes>, cx: &ResolveCtx<'_>) -> u8 {
    yield_now().await;
    let closes = closes.0.clone();
    cx.on_cleanup(move || {
        closes.fetch_add(1, Ordering::Relaxed);
    });
    7
}

#[flow]
async fn request(cx: &ExecutionCtx<'_>, #[input] steps: u32) -> Result<u8, Fault> {
    for _ in 0..steps {
        yield_now().await;
    }
    // What runs may still resolve what it needs.
    cx.exec_async(read()).await
}

#[flow]
fn read(database: Ref<'_, database>) -> u8 {
    *database
}

#[test]
fn it_waits_for_executions_which_may_still_resolve() {
    let (scope, closed) = scope();
    let mut running = Box::pin(scope.exec_async(request(1)));
    assert!(poll_once(running.as_mut()).is_pending());
    let mut disposing = pin!(scope.dispose_async());
    assert!(poll_once(disposing.as_mut()).is_pending());
    let refused = block_on(scope.exec_async(request(0)));
    assert!(matches!(refused, Err(FlowError::Disposed)));
    assert_eq!(block_on(running).unwrap(), 7);
    assert_eq!(closed.load(Ordering::Relaxed), 0);
    assert!(matches!(poll_once(disposing.as_mut()), Poll::Ready(Ok(()))));
    assert_eq!(closed.load(Ordering::Relaxed), 1);
    let error = block_on(scope.get_async::<database>()).unwrap_err();
    assert_eq!(error.kind(), ResolveErrorKind::Disposed);
}

#[test]
fn the_end_of_an_execution_wakes_it() {
    struct Woken(AtomicUsize);
    impl Wake for Woken {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
    let (scope, _closed) = scope();
    let mut running = Box::pin(scope.exec_async(request(1)));
    assert!(poll_once(running.as_mut()).is_pending());
    let woken = Arc::new(Woken(AtomicUsize::new(0)));
    let waker = Waker::from(woken.clone());
    let mut disposing = pin!(scope.dispose_async());
    assert!(disposing.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    // Also where it is cancelled.
    drop(running);
    assert!(woken.0.load(Ordering::Relaxed) > 0);
    assert!(disposing.as_mut().poll(&mut Context::from_waker(&waker)).is_ready());
}

#[test]
fn all_who_dispose_get_the_same_result() {
    #[executor]
    fn stubborn(cx: &ResolveCtx<'_>) -> u8 {
        cx.on_cleanup(|| Err::<(), _>("will not close".to_owned()));
        1
    }
    let scope = Scope::new();
    scope.get::<stubborn>().unwrap();
    let mut running = Box::pin(scope.exec_async(request(2)));
    assert!(poll_once(running.as_mut()).is_pending());
    let mut first = pin!(scope.dispose_async());
    let mut second = pin!(scope.dispose_async());
    assert!(poll_once(first.as_mut()).is_pending());
    assert!(poll_once(second.as_mut()).is_pending());
    drop(running);
    let first = block_on(first).unwrap_err();
    let second = block_on(second).unwrap_err();
    assert_eq!(first.errors().len(), 1);
    assert_eq!(first.to_string(), second.to_string());
    assert_eq!(scope.dispose().unwrap_err().to_string(), first.to_string());
}

#[test]
fn one_that_is_given_up_is_taken_over() {
    let (scope, closed) = scope();
    block_on(scope.get_async::<database>()).unwrap();
    let mut running = Box::pin(scope.exec_async(request(2)));
    assert!(poll_once(running.as_mut()).is_pending());
    {
        let mut disposing = pin!(scope.dispose_async());
        assert!(poll_once(disposing.as_mut()).is_pending());
    }
    // Still closed for what is new, and not disposed.
    assert!(matches!(block_on(scope.exec_async(request(0))), Err(FlowError::Disposed)));
    assert!(matches!(scope.dispose(), Err(DisposeError::Running)));
    assert_eq!(block_on(running).unwrap(), 7);
    scope.dispose().unwrap();
    assert_eq!(closed.load(Ordering::Relaxed), 1);
}

#[test]
fn one_that_is_held_and_not_polled_hangs_nobody() {
    let (scope, closed) = scope();
    block_on(scope.get_async::<database>()).unwrap();
    let mut running = Box::pin(scope.exec_async(request(1)));
    assert!(poll_once(running.as_mut()).is_pending());
    let mut held = pin!(scope.dispose_async());
    assert!(poll_once(held.as_mut()).is_pending());
    drop(running);
    scope.dispose().unwrap();
    assert_eq!(closed.load(Ordering::Relaxed), 1);
    assert!(matches!(poll_once(held.as_mut()), Poll::Ready(Ok(()))));
}

#[flow]
async fn disposes_itself(cx: &ExecutionCtx<'_>) -> bool {
    matches!(cx.scope().dispose_async().await, Err(DisposeError::Nested))
}

#[test]
fn it_is_refused_inside_of_an_execution() {
    let scope = Scope::new();
    assert!(block_on(scope.exec_async(disposes_itself())).unwrap());
    block_on(scope.dispose_async()).unwrap();
}
