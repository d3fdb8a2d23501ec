//! The monitor with something else in the place of something.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::http::StatusCode;
use health_monitor::database::{Database, database};
use health_monitor::ledger::Ledger;
use health_monitor::probe::{ProbeError, probe};

use crate::common::client::{checks, incidents, target};
use crate::common::local::Local;

/// Nobody is there, and nobody has to be.
const NOWHERE: &str = "[[targets]]\nname = 'web'\nkind = 'http'\naddress = 'http://nowhere.invalid'
interval_ms = 20\nfailures_to_open = 3\n";

#[tokio::test(flavor = "multi_thread")]
async fn probes_that_touch_no_network() {
    let probed = Arc::new(AtomicU32::new(0));
    let count = probed.clone();
    // The third to the seventh fail.
    let scripted = probe::preset(move |target| {
        assert_eq!(target.address, "http://nowhere.invalid");
        match count.fetch_add(1, Ordering::Relaxed) + 1 {
            3..=7 => Err(ProbeError::Status(StatusCode::IM_A_TEAPOT)),
            _ => Ok(()),
        }
    });
    let local = Local::start_with(NOWHERE, |builder| builder.preset_flow(scripted)).await;
    let state = local
        .state_when("an incident ends", |state| {
            incidents(state).iter().any(|incident| incident["outcome"] == "recovered")
        })
        .await;
    assert_eq!(incidents(&state).len(), 1, "{state}");
    assert_eq!(incidents(&state)[0]["problem"], "it answers 418 I'm a teapot");
    let ledger = local.scope.dep::<Ledger>().unwrap();
    let mut all = ledger.checks.last("web", 100).await.unwrap();
    all.reverse();
    let failed: Vec<_> = all
        .iter()
        .enumerate()
        .filter(|(_, check)| check.problem.is_some())
        .map(|(n, _)| n)
        .collect();
    assert_eq!(failed, [2, 3, 4, 5, 6]);
    // The third failure has opened it, the next success has closed it.
    let ended = |at: usize| all[at].at_ms + all[at].took_ms;
    assert_eq!(incidents(&state)[0]["opened_ms"], ended(4));
    assert_eq!(incidents(&state)[0]["closed_ms"], ended(7));
    drop(ledger);
    local.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_probe_that_panics_is_one_that_has_failed() {
    let panics = probe::preset(|_| panic!("a mistake of ours"));
    let local = Local::start_with(NOWHERE, |builder| builder.preset_flow(panics)).await;
    let down = |state: &serde_json::Value| target(state, "web")["health"] == "down";
    let state = local.state_when("it is down", down).await;
    let problem = checks(&state, "web")[0]["problem"].as_str().unwrap();
    assert!(problem.contains("a mistake of ours"), "{state}");
    assert!(checks(&state, "web").len() >= 3, "it goes on: {state}");
    local.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_in_memory() {
    let (memory, closed) = Database::open(":memory:".as_ref()).unwrap();
    let fine = probe::preset(|_| Ok(()));
    let change =
        |builder: pumped::ScopeBuilder| builder.preset::<database>(memory).preset_flow(fine);
    let local = Local::start_with(NOWHERE, change).await;
    local.state_when("there are checks", |state| checks(state, "web").len() > 2).await;
    assert!(!local.files.path("a.db").exists());
    local.stop().await;
    // The scope keeps a preset; without it, it ends by itself.
    closed.await.unwrap();
}
