//! Section 3.4, async: what extensions see of async executors and flows.

use std::pin::pin;

use pollster::block_on;
use pumped::error::{BoxError, ResolveErrorKind};
use pumped::extension::{BoxFuture, Extension, NextAsync, Operation, OperationKind, Outcome};
use pumped::prelude::*;
use pumped_tests::Log;
use pumped_tests::futures::{poll_once, yield_now};

/// Writes down what it sees, and does as it is told.
struct Watch {
    name: &'static str,
    log: Log,
    does: Does,
}

#[derive(PartialEq)]
enum Does {
    Nothing,
    Refuse(&'static str),
    Answer(u32),
    Get,
    Panic,
}

impl Watch {
    fn note(&self, what: &str, operation: &Operation<'_>) {
        self.log.note(format!("{} {what} {operation:?}", self.name));
    }
}

impl Extension for Watch {
    fn before(&self, operation: &Operation<'_>) -> Result<(), BoxError> {
        self.note("before", operation);
        match self.does {
            Does::Refuse(name) if name == operation.name() => Err("not today".into()),
            _ => Ok(()),
        }
    }

    fn wrap_async<'a>(
        &'a self,
        operation: &'a Operation<'a>,
        next: NextAsync<'a>,
    ) -> BoxFuture<'a, Result<(), BoxError>> {
        let is_flow = operation.kind() == OperationKind::Execute;
        if is_flow && self.does == Does::Get {
            // Before there is a future, too, it is the extension that asks.
            let scope = operation.execution().unwrap().scope();
            scope.get::<asked>().unwrap();
        }
        Box::pin(async move {
            self.note("begins", operation);
            let result = match self.does {
                Does::Answer(value) if is_flow => next.answer(value),
                Does::Panic if is_flow => panic!("boom"),
                _ => next.run().await,
            };
            self.note("ends", operation);
            result
        })
    }

    fn on_error(&self, operation: &Operation<'_>, error: &(dyn std::error::Error + 'static)) {
        self.note(&format!("error {error}"), operation);
    }

    fn after(&self, operation: &Operation<'_>, outcome: &Outcome<'_>) {
        self.note(&format!("after {}", outcome.status()), operation);
    }
}

fn watched(all: impl IntoIterator<Item = (&'static str, Does)>) -> (Scope, Log) {
    let log = Log::new();
    let builder = all.into_iter().fold(Scope::builder(), |builder, (name, does)| {
        builder.extension(Watch { name, log: log.clone(), does })
    });
    (builder.build().unwrap(), log)
}

#[executor]
fn asked() -> u8 {
    1
}

#[executor]
async fn pool() -> u32 {
    yield_now().await;
    7
}

#[executor]
async fn broken() -> Result<u32, String> {
    yield_now().await;
    Err("no luck".into())
}

#[flow]
async fn read(pool: Ref<'_, pool>) -> u32 {
    yield_now().await;
    *pool
}

#[flow]
fn fails(broken: Ref<'_, broken>) -> u32 {
    *broken
}

#[test]
fn they_pass_in_order_around_every_await() {
    let (scope, log) = watched([("a", Does::Nothing), ("b", Does::Nothing)]);
    assert_eq!(block_on(scope.exec_async(read())).unwrap(), 7);
    assert_eq!(
        log.take(),
        [
            "a before execute read",
            "a begins execute read",
            "b before execute read",
            "b begins execute read",
            "a before resolve pool",
            "a begins resolve pool",
            "b before resolve pool",
            "b begins resolve pool",
            "b ends resolve pool",
            "b after success resolve pool",
            "a ends resolve pool",
            "a after success resolve pool",
            "b ends execute read",
            "b after success execute read",
            "a ends execute read",
            "a after success execute read",
        ]
    );
    // A cache hit is none of their business.
    block_on(scope.get_async::<pool>()).unwrap();
    assert!(log.take().is_empty());
}

#[test]
fn a_refused_build_is_vetoed_and_a_failed_one_stays_what_it_is() {
    let (scope, _) = watched([("a", Does::Refuse("pool"))]);
    let error = block_on(scope.get_async::<pool>()).unwrap_err();
    assert_eq!(error.kind(), ResolveErrorKind::Vetoed);
    let (scope, log) = watched([("a", Does::Nothing)]);
    let error = block_on(scope.exec_async(fails())).unwrap_err();
    assert!(
        matches!(&error, FlowError::Resolve(error) if error.kind() == ResolveErrorKind::Failed)
    );
    assert_eq!(log.count("a error resolving `broken`: no luck resolve broken"), 1);
    assert_eq!(log.count("a error resolving `broken`: no luck execute fails"), 1);
}

#[test]
fn a_flow_is_answered_for_or_refused_or_its_extension_panics() {
    let (scope, _) = watched([("a", Does::Answer(3))]);
    assert_eq!(block_on(scope.exec_async(read())).unwrap(), 3);
    assert!(!scope.is_cached::<pool>());
    let (scope, _) = watched([("a", Does::Refuse("read"))]);
    let error = block_on(scope.exec_async(read())).unwrap_err();
    assert!(matches!(&error, FlowError::Extension(error) if error.to_string() == "not today"));
    let (scope, _) = watched([("a", Does::Panic)]);
    let error = block_on(scope.exec_async(read())).unwrap_err();
    assert!(error.to_string().ends_with("panicked: boom"), "{error}");
}

#[test]
fn what_an_extension_asks_for_itself_is_not_shown_to_it() {
    let (scope, log) = watched([("a", Does::Get), ("b", Does::Nothing)]);
    block_on(scope.exec_async(read())).unwrap();
    assert_eq!(log.count("a before resolve asked"), 0);
    assert_eq!(log.count("b before resolve asked"), 1);
    assert_eq!(log.count("a before resolve pool"), 1);
}

#[test]
fn one_that_is_cancelled_has_an_end_as_well() {
    let (scope, log) = watched([("a", Does::Nothing)]);
    {
        let mut running = pin!(scope.exec_async(read()));
        assert!(poll_once(running.as_mut()).is_pending());
    }
    let before = ["execute read", "resolve pool"];
    let seen = before.map(|what| [format!("a before {what}"), format!("a begins {what}")]);
    let after = ["resolve pool", "execute read"].map(|what| format!("a after cancelled {what}"));
    assert_eq!(log.take(), [seen.concat(), after.to_vec()].concat());
}
