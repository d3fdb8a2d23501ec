//! Async builds, which belong to nobody: no wake-up is lost, whoever gives up.

use std::future::poll_fn;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use loom::future::{AtomicWaker, block_on};
use loom::sync::Arc;
use loom::sync::atomic::{AtomicBool, AtomicU32, Ordering::SeqCst};
use loom::thread;
use pumped::graph::Graph;
use pumped::prelude::*;

/// Something that happens elsewhere.
#[derive(Default)]
struct Event {
    happened: AtomicBool,
    waker: AtomicWaker,
    builds: AtomicU32,
    closed: AtomicU32,
}

impl Event {
    fn happen(&self) {
        self.happened.store(true, SeqCst);
        self.waker.wake();
    }

    async fn wait(&self) {
        poll_fn(|context| {
            self.waker.register_by_ref(context.waker());
            if self.happened.load(SeqCst) { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
    }
}

#[executor]
async fn waits(event: Tag<Arc<Event>>, cx: &ResolveCtx<'_>) -> u32 {
    event.builds.fetch_add(1, SeqCst);
    let closing = Arc::clone(&event);
    cx.on_cleanup_async(move || async move {
        closing.closed.fetch_add(1, SeqCst);
    });
    event.wait().await;
    7
}

#[executor(mutable)]
fn source() -> u32 {
    1
}

#[executor]
async fn follows(source: Reactive<source>, event: Tag<Arc<Event>>, cx: &ResolveCtx<'_>) -> u32 {
    event.builds.fetch_add(1, SeqCst);
    let closing = Arc::clone(&event);
    cx.on_cleanup_async(move || async move {
        closing.closed.fetch_add(1, SeqCst);
    });
    event.wait().await;
    *source * 10
}

fn scope() -> (Scope, Arc<Event>) {
    let event = Arc::new(Event::default());
    (Scope::builder().tag(event.clone()).build().unwrap(), event)
}

fn model(model: impl Fn() + Sync + Send + 'static) {
    let _ = (Graph::of::<waits>(), Graph::of::<follows>());
    // A future has many points where threads can change places: with a third time these
    // take minutes.
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = builder.preemption_bound.map(|bound| bound.min(2));
    builder.check(model);
}

/// Rule 6: two wait for one build, and the event comes from a third thread.
#[test]
fn two_wait_for_one_build() {
    model(|| {
        let (scope, event) = scope();
        let other = scope.clone();
        let waiting = thread::spawn(move || *block_on(other.get_async::<waits>()).unwrap());
        let happens = event.clone();
        let happening = thread::spawn(move || happens.happen());
        assert_eq!(*block_on(scope.get_async::<waits>()).unwrap(), 7);
        assert_eq!(waiting.join().unwrap(), 7);
        happening.join().unwrap();
        assert_eq!(event.builds.load(SeqCst), 1);
        block_on(scope.dispose_async()).unwrap();
        assert_eq!(event.closed.load(SeqCst), 1);
    });
}

/// Rule 6: one begins, looks once, and gives up, while another waits.
#[test]
fn one_gives_up() {
    model(|| {
        let (scope, event) = scope();
        let other = scope.clone();
        let gives_up = thread::spawn(move || {
            let mut asked = pin!(other.get_async::<waits>());
            let _ = asked.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        });
        event.happen();
        assert_eq!(*block_on(scope.get_async::<waits>()).unwrap(), 7);
        gives_up.join().unwrap();
        block_on(scope.dispose_async()).unwrap();
        assert_eq!(event.closed.load(SeqCst), event.builds.load(SeqCst));
    });
}

/// Rule 9: an update beside an async build of what depends on it.
#[test]
fn an_update_beside_a_build() {
    model(|| {
        let (scope, event) = scope();
        event.happen();
        let other = scope.clone();
        let updating = thread::spawn(move || {
            other.update::<source>(2).unwrap();
            assert_eq!(*block_on(other.get_async::<follows>()).unwrap(), 20);
        });
        let seen = *block_on(scope.get_async::<follows>()).unwrap();
        assert!([10, 20].contains(&seen));
        updating.join().unwrap();
        assert_eq!(*block_on(scope.get_async::<follows>()).unwrap(), 20);
        block_on(scope.dispose_async()).unwrap();
        assert_eq!(event.closed.load(SeqCst), event.builds.load(SeqCst));
    });
}

/// Rule 16: two go through one queue of cleanups.
#[test]
fn two_drain() {
    model(|| {
        let (scope, event) = scope();
        event.happen();
        block_on(scope.get_async::<follows>()).unwrap();
        scope.release::<source>().unwrap();
        let other = scope.clone();
        let draining = thread::spawn(move || block_on(other.drain()));
        block_on(scope.drain());
        assert_eq!(event.closed.load(SeqCst), 1);
        draining.join().unwrap();
    });
}

/// Rule 19: an execution that is being awaited elsewhere against a shutdown without patience.
#[test]
fn a_shutdown_wakes_what_sleeps() {
    #[flow]
    async fn sleeps(event: Tag<Arc<Event>>) -> u32 {
        event.wait().await;
        1
    }
    model(|| {
        let (scope, event) = scope();
        let other = scope.clone();
        let running = thread::spawn(move || block_on(other.exec_async(sleeps())));
        block_on(scope.shutdown_when(std::future::ready(()))).unwrap();
        let ended = running.join().unwrap();
        assert!(matches!(ended, Err(FlowError::Cancelled | FlowError::Disposed)), "{ended:?}");
        drop(event);
    });
}
