//! Real targets that fail and recover.

use serde_json::Value;

use crate::common::client::{checks, get, incidents, target};
use crate::common::local::Local;
use crate::common::targets::{HttpTarget, Mood, TcpTarget};

const OFTEN: &str = "interval_ms = 20\ntimeout_ms = 20000\nfailures_to_open = 2";

fn is(name: &'static str, health: &'static str) -> impl Fn(&Value) -> bool {
    move |state| target(state, name)["health"] == health
}

#[tokio::test(flavor = "multi_thread")]
async fn an_http_target_fails_and_recovers() {
    let web = HttpTarget::start().await;
    let local = Local::start(&web.toml("web", OFTEN)).await;
    let state = local.state_when("it is up", is("web", "up")).await;
    assert!(incidents(&state).is_empty(), "{state}");
    web.is(Mood::Unwell);
    let state = local.state_when("it is down", is("web", "down")).await;
    let incident = &incidents(&state)[0];
    assert_eq!(incident["problem"], "it answers 500 Internal Server Error", "{state}");
    assert!(incident["closed_ms"].is_null(), "{state}");
    web.is(Mood::Well);
    let state = local.state_when("it is up again", is("web", "up")).await;
    let incident = &incidents(&state)[0];
    assert_eq!((incidents(&state).len(), &incident["outcome"]), (1, &"recovered".into()));
    assert!(incident["closed_ms"].as_i64() >= incident["opened_ms"].as_i64(), "{state}");
    local.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tcp_target_fails_and_recovers() {
    let mut port = TcpTarget::start().await;
    let web = HttpTarget::start().await;
    let targets = [port.toml("port", OFTEN), web.toml("web", OFTEN)].concat();
    let local = Local::start(&targets).await;
    local.state_when("it is up", is("port", "up")).await;
    port.down().await;
    let state = local.state_when("it is down", is("port", "down")).await;
    let problem = incidents(&state)[0]["problem"].as_str().unwrap();
    assert!(problem.starts_with("cannot connect: "), "{state}");
    // The other one is none the worse for it.
    local.state_when("the other is up", is("web", "up")).await;
    port.up().await;
    let state = local.state_when("it is up again", is("port", "up")).await;
    assert_eq!((incidents(&state).len(), &incidents(&state)[0]["target"]), (1, &"port".into()));
    local.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_answer_in_time_is_not_there() {
    let web = HttpTarget::start().await;
    web.is(Mood::Silent);
    let hurried = "interval_ms = 20\ntimeout_ms = 30\nfailures_to_open = 2";
    let local = Local::start(&web.toml("web", hurried)).await;
    let state = local.state_when("it is down", is("web", "down")).await;
    let problem = checks(&state, "web")[0]["problem"].as_str().unwrap();
    assert!(problem.contains("30ms"), "{state}");
    let (_, executions) = get(&local.address, "/debug/executions").await;
    assert!(executions.contains("probe web timed out"), "{executions}");
    local.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_speaks_no_http_is_not_there() {
    let port = TcpTarget::start().await;
    // It accepts, and hangs up.
    let toml = port.toml("port", OFTEN).replace("'tcp'", "'http'").replace("'127", "'http://127");
    let local = Local::start(&toml).await;
    let state = local.state_when("it is down", is("port", "down")).await;
    let problem = incidents(&state)[0]["problem"].as_str().unwrap();
    assert!(problem.starts_with("no answer: "), "{state}");
    local.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_shows_it() {
    let web = HttpTarget::start().await;
    web.is(Mood::Unwell);
    let local = Local::start(&web.toml("<web>", OFTEN)).await;
    local.state_when("it is down", is("<web>", "down")).await;
    let (status, page) = get(&local.address, "/").await;
    assert_eq!(status, 200);
    for text in ["&lt;web&gt;", ">down</span>", "it answers 500", "<p>None.</p>", "/health</code>"]
    {
        assert!(page.contains(text), "{text}: {page}");
    }
    assert!(!page.contains("<web>"), "{page}");
    let (_, graph) = get(&local.address, "/debug/graph").await;
    assert!(graph.starts_with("flowchart TD"), "{graph}");
    assert!(graph.contains("scheduler"), "{graph}");
    local.stop().await;
}
