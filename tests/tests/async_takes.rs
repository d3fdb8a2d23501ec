//! What an async flow takes: nothing is held while something else is awaited, live values
//! are current together, and what is taken goes in order, also in the middle.

use std::pin::pin;
use std::task::Poll;

use pollster::block_on;
use pumped::prelude::*;
use pumped::tree::Status;
use pumped_tests::Log;
use pumped_tests::futures::{Gate, poll_once, yield_now};

#[executor(mutable)]
fn url() -> u32 {
    1
}

/// Live and sync; it says when it is closed.
#[executor]
fn client(url: Reactive<url>, log: Tag<Log>, cx: &ResolveCtx<'_>) -> u32 {
    let (number, log) = (*url, log.clone());
    cx.on_cleanup(move || {
        log.note(format!("close client {number}"));
    });
    number * 10
}

/// Live and async.
#[executor]
async fn session(url: Reactive<url>, log: Tag<Log>, cx: &ResolveCtx<'_>) -> u32 {
    let (number, log) = (*url, log.clone());
    cx.on_cleanup(move || {
        log.note(format!("close session {number}"));
    });
    yield_now().await;
    number * 100
}

/// Fixed and async: it is there once the scope's gate is open.
#[executor]
async fn pool(gate: Tag<Gate>, log: Tag<Log>) -> u32 {
    Gate::clone(&gate).pass().await;
    log.note("pool");
    7
}

/// Says when it goes.
struct Input(Log, &'static str);

impl Drop for Input {
    fn drop(&mut self) {
        self.0.note(self.1);
    }
}

fn scope() -> (Scope, Gate, Log) {
    let (gate, log) = (Gate::new(), Log::new());
    let scope = log.builder().tag(gate.clone()).history(4).build().unwrap();
    (scope, gate, log)
}

#[flow]
async fn one_live(client: Ref<'_, client>, pool: Ref<'_, pool>, #[input] _input: Input) -> u32 {
    yield_now().await;
    *client + *pool
}

#[flow]
async fn several_live(
    pool: Dep<pool>,
    client: Ref<'_, client>,
    session: Dep<session>,
    url: Ref<'_, url>,
) -> [u32; 4] {
    yield_now().await;
    [*pool, *client, *session, *url]
}

#[test]
fn rule_9_the_one_live_value_is_not_held_while_another_is_awaited() {
    let (scope, gate, log) = scope();
    assert_eq!(*scope.get::<client>().unwrap(), 10);
    let mut running = pin!(scope.exec_async(one_live(Input(log.clone(), "input"))));
    assert!(poll_once(running.as_mut()).is_pending());
    assert_eq!(gate.waiting(), 1);
    scope.update::<url>(2).unwrap();
    assert_eq!(*scope.get::<client>().unwrap(), 20);
    assert_eq!(log.take(), ["close client 1"]);
    gate.open();
    assert_eq!(block_on(running).unwrap(), 27);
    assert_eq!(log.take(), ["pool", "input"]);
    scope.dispose().unwrap();
    assert_eq!(log.take(), ["close client 2"]);
}

/// The first of them is current when the flow begins, and no more when it takes them.
#[test]
fn rule_10_live_values_are_current_together_after_one_was_awaited() {
    let (scope, gate, log) = scope();
    assert_eq!(*block_on(scope.get_async::<session>()).unwrap(), 100);
    assert_eq!(*scope.get::<client>().unwrap(), 10);
    let mut running = pin!(scope.exec_async(several_live()));
    assert!(poll_once(running.as_mut()).is_pending());
    for number in [2, 3] {
        scope.update::<url>(number).unwrap();
        assert!(poll_once(running.as_mut()).is_pending());
        assert_eq!(*scope.get::<client>().unwrap(), number * 10);
    }
    gate.open();
    assert_eq!(block_on(running).unwrap(), [7, 30, 300, 3]);
    // Warm, it is there at the first poll.
    let mut warm = pin!(scope.exec_async(several_live()));
    assert!(poll_once(warm.as_mut()).is_pending());
    scope.update::<url>(4).unwrap();
    let Poll::Ready(Ok(taken)) = poll_once(warm.as_mut()) else { panic!("it only yields") };
    assert_eq!(taken, [7, 30, 300, 3]);
    assert_eq!(block_on(scope.exec_async(several_live())).unwrap(), [7, 40, 400, 4]);
    scope.dispose().unwrap();
    let mut closed = log.take();
    closed.sort();
    // Nobody asked for a session of the second url.
    let clients = ["close client 1", "close client 2", "close client 3", "close client 4"];
    let sessions = ["close session 1", "close session 3", "close session 4", "pool"];
    assert_eq!(closed, [clients, sessions].concat());
}

/// Dropped while it waits for what it takes: nothing of it stays, and it is in the history.
#[test]
fn rule_24_dropped_while_it_is_filled() {
    let (scope, gate, log) = scope();
    scope.get::<client>().unwrap();
    let mut running = Box::pin(scope.exec_async(one_live(Input(log.clone(), "input"))));
    assert!(poll_once(running.as_mut()).is_pending());
    let mut other = Box::pin(scope.exec_async(several_live()));
    assert!(poll_once(other.as_mut()).is_pending());
    drop(running);
    assert_eq!(log.take(), ["input"]);
    scope.update::<url>(2).unwrap();
    scope.get::<client>().unwrap();
    assert_eq!(log.take(), ["close client 1"]);
    drop(other);
    gate.open();
    assert_eq!(block_on(scope.exec_async(several_live())).unwrap(), [7, 20, 200, 2]);
    let tree = scope.executions();
    let said: Vec<_> = tree.roots().iter().map(|root| (root.name(), root.status())).collect();
    assert_eq!(
        said,
        [
            ("one_live", Status::Cancelled),
            ("several_live", Status::Cancelled),
            ("several_live", Status::Success)
        ]
    );
    // Numbers are in the order of beginnings.
    assert!(tree.roots().is_sorted_by_key(|root| root.id()));
    scope.dispose().unwrap();
}

struct Missing;

/// What cannot be taken: what was taken before it goes, then the inputs.
#[test]
fn rule_2_the_second_of_what_is_taken_is_missing() {
    #[flow]
    async fn needs(
        client: Dep<client>,
        _missing: Tag<Missing>,
        #[input] _input: Input,
    ) -> Result<u32, Fault> {
        yield_now().await;
        Ok(*client)
    }
    let (scope, _gate, log) = scope();
    let input = || Input(log.clone(), "input");
    scope.get::<client>().unwrap();
    for _ in 0..2 {
        let error = block_on(scope.exec_async(needs(input()))).unwrap_err();
        assert!(matches!(error, FlowError::Resolve(_)), "{error}");
        assert_eq!(log.take(), ["input"]);
    }
    let context = scope.context().tag(Missing);
    assert_eq!(block_on(context.exec_async(needs(input()))).unwrap(), 10);
    assert_eq!(log.take(), ["input"]);
    // Nobody holds the first client any more.
    scope.update::<url>(2).unwrap();
    scope.get::<client>().unwrap();
    assert_eq!(log.take(), ["close client 1"]);
}

/// A flow that borrows from what it takes and from what it is given, as a future for any
/// thread.
#[test]
fn the_future_of_a_flow_that_borrows_is_for_any_thread() {
    #[flow]
    async fn first<'x>(
        client: Ref<'_, client>,
        cx: &ExecutionCtx<'_>,
        #[input] words: &'x mut Vec<String>,
        #[input] at: &'x str,
    ) -> &'x str {
        yield_now().await;
        words.push(format!("{} {} {at}", cx.name(), *client));
        words.last().expect("pushed")
    }
    fn is_send<F: Future + Send>(future: F) -> F {
        future
    }
    let (scope, _gate, _log) = scope();
    let (mut words, at) = (Vec::new(), String::from("here"));
    let future = is_send(scope.exec_async(first(&mut words, &at)));
    assert_eq!(block_on(future).unwrap(), "first 10 here");
    assert_eq!(words.len(), 1);
}
