//! The program itself: what it opens and closes, and in which order.

use serde_json::Value;

use crate::common::client::{self, get, incidents, state_when, target};
use crate::common::local::Files;
use crate::common::process::{Process, command};
use crate::common::targets::{HttpTarget, Mood};

const OFTEN: &str = "interval_ms = 20\ntimeout_ms = 20000\nfailures_to_open = 2";
const END: [&str; 7] = [
    "page closed",
    "scheduler stopped",
    "incidents closed",
    "checks closed",
    "database closed",
    "everything closed",
    "not recorded",
];

fn start(files: &Files) -> Process {
    Process::start(&mut command(&["--config", files.config().to_str().unwrap()]))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_scheduler_ends_first_then_repositories_then_the_database() {
    let web = HttpTarget::start().await;
    let files = Files::new("a.db", &web.toml("web", OFTEN));
    let mut monitor = start(&files);
    let is_up = |state: &Value| target(state, "web")["health"] == "up";
    state_when(&monitor.address, "it is up", is_up).await;
    monitor.signal("-TERM");
    assert!(monitor.ended().await.success(), "{:#?}", monitor.log);
    assert_eq!(monitor.order(&END), END[..6], "{:#?}", monitor.log);
    assert_eq!((monitor.count("terminated"), monitor.count("database opened")), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_probe_that_does_not_end_in_time_is_given_up() {
    let web = HttpTarget::start().await;
    web.is(Mood::Silent);
    let files = Files::new("a.db", &web.toml("web", "timeout_ms = 3600000"));
    let config = files.config();
    let arguments = ["--config", config.to_str().unwrap(), "--grace", "10"];
    let mut monitor = Process::start(&mut command(&arguments));
    web.asked().await;
    monitor.signal("-INT");
    assert!(monitor.ended().await.success(), "{:#?}", monitor.log);
    assert_eq!(monitor.order(&END), END[..6], "{:#?}", monitor.log);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_is_opened_once_and_closed_once_for_each_configuration() {
    let web = HttpTarget::start().await;
    let files = Files::new("a.db", &web.toml("web", OFTEN));
    let mut monitor = start(&files);
    let in_force = |name: &'static str| move |state: &Value| target(state, name)["health"] == "up";
    // Another database with other targets, the same database, another one with the same targets.
    for (database, name) in [("b.db", "second"), ("b.db", "third"), ("c.db", "third")] {
        files.write(database, &web.toml(name, OFTEN));
        monitor.logged("configuration replaced").await;
        state_when(&monitor.address, name, in_force(name)).await;
    }
    // What cannot be put in force opens nothing.
    files.write_text("database = oops");
    monitor.logged("configuration not replaced: ").await;
    monitor.signal("-TERM");
    assert!(monitor.ended().await.success(), "{:#?}", monitor.log);
    for (number, name) in [(1, "a.db"), (2, "b.db"), (3, "c.db")] {
        for event in ["opened", "closed"] {
            let lines = monitor.log.iter().filter(|line| {
                line.contains(&format!("database {event} number={number} ")) && line.ends_with(name)
            });
            assert_eq!(lines.count(), 1, "{event} {name}: {:#?}", monitor.log);
        }
    }
    assert_eq!((monitor.count("database opened"), monitor.count("database closed")), (3, 3));
    assert_eq!((monitor.count("checks closed"), monitor.count("incidents closed")), (3, 3));
    // The scheduler is older than the last repositories, and ends before them all the same.
    let all = monitor.order(&END);
    assert_eq!(all[all.len() - 6..], END[..6], "{:#?}", monitor.log);
    // Only other targets need another scheduler, and it begins when the old one has ended.
    let turns = monitor.order(&["scheduler started", "scheduler stopped"]);
    assert_eq!(turns, ["scheduler started", "scheduler stopped"].repeat(3));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_for_a_change_holds_nobody_up() {
    let files = Files::new("a.db", "");
    let config = files.config();
    let arguments = ["--config", config.to_str().unwrap()];
    let talkative = "info,health_monitor=debug";
    let mut monitor = Process::start(command(&arguments).env("RUST_LOG", talkative));
    let quiet = client::state(&monitor.address).await;
    let (address, path) = (monitor.address.clone(), format!("/state?after={}", quiet["changes"]));
    let waiting = tokio::spawn(async move { get(&address, &path).await });
    monitor.logged("somebody waits for a change").await;
    monitor.signal("-TERM");
    assert_eq!(waiting.await.unwrap().0, 200);
    assert!(monitor.ended().await.success(), "{:#?}", monitor.log);
    assert_eq!(monitor.count("given up"), 0, "{:#?}", monitor.log);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_needs_nothing() {
    let elsewhere = tempfile::tempdir().unwrap();
    let mut demo =
        Process::start(command(&[]).current_dir(elsewhere.path()).env("TMPDIR", elsewhere.path()));
    let are_up = |state: &Value| {
        target(state, "steady")["health"] == "up" && target(state, "moody")["health"] == "up"
    };
    let state = state_when(&demo.address, "both are up", are_up).await;
    assert!(incidents(&state).is_empty(), "{state}");
    demo.signal("-TERM");
    assert!(demo.ended().await.success(), "{:#?}", demo.log);
    assert_eq!(demo.order(&END), END[..6], "{:#?}", demo.log);
    assert_eq!(std::fs::read_dir(elsewhere.path()).unwrap().count(), 0, "it leaves nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_start_says_why_and_leaves_nothing_open() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let listen = format!("listen = '{}'", taken.local_addr().unwrap());
    let files = Files::new("a.db", "");
    let config = files.config();
    let run = || {
        let output = command(&["--config", config.to_str().unwrap()]).output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        String::from_utf8(output.stderr).unwrap()
    };
    files.write_text(&format!("database = '{}'\n{listen}", files.path("a.db").display()));
    let log = run();
    assert!(log.contains("error: cannot listen at 127.0.0.1:"), "{log}");
    assert!(log.contains("database closed"), "{log}");
    files.write("nowhere/a.db", "");
    let log = run();
    assert!(log.contains("error: cannot open ") && log.contains("nowhere/a.db: "), "{log}");
    files.write_text("listen = 7");
    let log = run();
    assert!(log.contains("monitor.toml: TOML parse error"), "{log}");
    std::fs::remove_file(&config).unwrap();
    let log = run();
    assert!(log.contains("error: cannot read "), "{log}");
}
