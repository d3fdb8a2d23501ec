//! A real file that changes while the monitor runs.

use std::fs;

use health_monitor::database::database;
use health_monitor::scheduler::scheduler;
use serde_json::Value;

use crate::common::client::{checks, get, incidents, state, target};
use crate::common::local::Local;
use crate::common::targets::{HttpTarget, Mood, TcpTarget};

const OFTEN: &str = "interval_ms = 20\ntimeout_ms = 20000\nfailures_to_open = 2";
const SELDOM: &str = "interval_ms = 3600000";

fn problem(state: &Value) -> &str {
    state["configuration"]["problem"].as_str().unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn another_interval_takes_effect() {
    let web = HttpTarget::start().await;
    let local = Local::start(&web.toml("web", SELDOM)).await;
    let state = local.state_when("it is up", |state| target(state, "web")["health"] == "up").await;
    assert_eq!(checks(&state, "web").len(), 1);
    local.files.write("a.db", &web.toml("web", OFTEN));
    let state = local.state_when("it is often", |state| checks(state, "web").len() >= 5).await;
    assert_eq!(target(&state, "web")["interval_ms"], 20);
    local.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn targets_come_and_go() {
    let (web, port) = (HttpTarget::start().await, TcpTarget::start().await);
    web.is(Mood::Unwell);
    let local = Local::start(&web.toml("web", OFTEN)).await;
    local.state_when("it is down", |state| target(state, "web")["health"] == "down").await;
    local.files.write("a.db", &port.toml("port", OFTEN));
    let is_up = |state: &Value| {
        target(state, "port")["health"] == "up" && !incidents(state)[0]["closed_ms"].is_null()
    };
    let state = local.state_when("the new one is up", is_up).await;
    assert!(target(&state, "web").is_null(), "{state}");
    assert_eq!(incidents(&state)[0]["outcome"], "not watched any more");
    assert_eq!(local.scope.get::<scheduler>().unwrap().watched, 1);
    // What was there before is there again, without what it was in between.
    web.is(Mood::Well);
    local.files.write("a.db", &web.toml("web", OFTEN));
    local.state_when("it is up", |state| target(state, "web")["health"] == "up").await;
    local.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_toml_changes_nothing_but_is_said() {
    let web = HttpTarget::start().await;
    let local = Local::start(&web.toml("web", OFTEN)).await;
    local.files.write_text("database = oops");
    let broken = local.state_when("it is said", |state| !problem(state).is_empty()).await;
    assert!(problem(&broken).contains("monitor.toml: TOML parse error at line 1"), "{broken}");
    assert_eq!(target(&broken, "web")["interval_ms"], 20);
    let (_, page) = get(&local.address, "/").await;
    assert!(page.contains("TOML parse error at line 1"), "{page}");
    // The old one is still at work.
    let last = |state: &Value| checks(state, "web").first().map(|check| check["at_ms"].clone());
    local.state_when("it goes on", |state| last(state) != last(&broken)).await;
    // Nonsense is as bad.
    local.files.write("a.db", &web.toml("web", "interval_ms = 0"));
    local.state_when("it is said", |state| problem(state).contains("`interval_ms`")).await;
    // And all is well again when the file is.
    local.files.write("a.db", &web.toml("web", OFTEN));
    local.state_when("it is well", |state| problem(state).is_empty()).await;
    local.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_news_wakes_nobody() {
    let local = Local::start("").await;
    let began = state(&local.address).await["changes"].as_u64().unwrap();
    // The same mistake twice, then another one, then what there was before.
    for (text, news) in [("oops", 1), ("oops", 1), ("listen = 7", 2)] {
        local.files.write_text(text);
        let said = |state: &Value| problem(state).contains(text);
        let state = local.state_when("it is said", said).await;
        assert_eq!(state["changes"].as_u64(), Some(began + news), "{state}");
    }
    local.files.write("a.db", "");
    let state = local.state_when("it is well", |state| problem(state).is_empty()).await;
    assert_eq!(state["changes"].as_u64(), Some(began + 3), "{state}");
    local.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_gone_changes_nothing() {
    let web = HttpTarget::start().await;
    let local = Local::start(&web.toml("web", OFTEN)).await;
    fs::remove_file(local.files.config()).unwrap();
    let gone = local.state_when("it is said", |state| !problem(state).is_empty()).await;
    assert!(problem(&gone).starts_with("cannot read "), "{gone}");
    assert_eq!(target(&gone, "web")["name"], "web");
    local.files.write("a.db", &web.toml("other", OFTEN));
    let back =
        |state: &Value| target(state, "other")["health"] == "up" && problem(state).is_empty();
    local.state_when("it is back", back).await;
    local.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_cannot_be_opened_is_refused() {
    let web = HttpTarget::start().await;
    let local = Local::start(&web.toml("web", OFTEN)).await;
    local.files.write("nowhere/b.db", &web.toml("other", OFTEN));
    let refused = local.state_when("it is said", |state| !problem(state).is_empty()).await;
    assert!(problem(&refused).contains("nowhere/b.db: "), "{refused}");
    // All of it, not only the database.
    assert_eq!(target(&refused, "web")["name"], "web");
    assert!(target(&refused, "other").is_null(), "{refused}");
    local.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_database_has_another_history_and_who_uses_the_old_one_keeps_it() {
    let web = HttpTarget::start().await;
    web.is(Mood::Unwell);
    let local = Local::start(&web.toml("web", OFTEN)).await;
    local.state_when("it is down", |state| target(state, "web")["health"] == "down").await;
    let held = local.scope.dep::<database>().unwrap();
    web.is(Mood::Well);
    local.files.write("b.db", &web.toml("web", OFTEN));
    let is_other = |state: &Value| {
        state["configuration"]["database"].as_str().is_some_and(|file| file.ends_with("b.db"))
            && target(state, "web")["health"] == "up"
    };
    let other = local.state_when("it is another", is_other).await;
    assert!(incidents(&other).is_empty(), "{other}");
    // As an execution would that has begun before.
    held.ready().await.unwrap();
    drop(held);
    // The first one is as it was left.
    local.files.write("a.db", &web.toml("web", SELDOM));
    let is_first =
        |state: &Value| incidents(state).first().is_some_and(|i| i["outcome"] == "recovered");
    local.state_when("it is the first", is_first).await;
    assert_eq!(incidents(&state(&local.address).await).len(), 1);
    local.stop().await;
}
