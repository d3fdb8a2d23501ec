//! The end of the program, by its log.

use crate::common::process::{Process, config};

/// What the log says of the end, in its order and without what else it says.
fn order(log: &[String]) -> Vec<&str> {
    const STEPS: [&str; 6] = [
        "listener closed",
        "requests ended",
        "posts closed",
        "users closed",
        "database closed",
        "everything closed",
    ];
    log.iter().filter_map(|line| STEPS.iter().find(|step| line.contains(*step)).copied()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_end_first_then_repositories_then_the_database() {
    let mut server = Process::start(&[]);
    let lock = server.lock("a.db");
    let posting = server.post_user_that_waits("ada").await;
    server.terminate();
    server.logged("listener closed").await;
    assert_eq!(server.count("requests ended"), 0);
    drop(lock);
    assert_eq!(posting.await.unwrap().unwrap().status, 201);
    assert!(server.ended().await.success());
    let expected = [
        "listener closed",
        "requests ended",
        "posts closed",
        "users closed",
        "database closed",
        "everything closed",
    ];
    assert_eq!(order(&server.log), expected, "{:#?}", server.log);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_end_in_time_is_given_up() {
    let mut server = Process::start(&["--grace", "10"]);
    let lock = server.lock("a.db");
    let posting = server.post_user_that_waits("ada").await;
    server.terminate();
    // It is told so.
    assert_eq!(posting.await.unwrap().unwrap().code(), (503, "shutting_down".into()));
    drop(lock);
    assert!(server.ended().await.success());
    assert_eq!((server.count("database opened"), server.count("database closed")), (1, 1));
    assert_eq!(*order(&server.log).last().unwrap(), "everything closed");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_start_says_why_and_leaves_nothing_open() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let directory = tempfile::tempdir().unwrap();
    let start = |arguments: &[&str]| {
        std::process::Command::new(env!("CARGO_BIN_EXE_http-api"))
            .args(arguments)
            .current_dir(directory.path())
            .env_remove("RUST_LOG")
            .output()
            .unwrap()
    };
    let output = start(&["--listen", &address]);
    let log = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(log.contains(&format!("error: cannot listen at {address}: ")), "{log}");
    assert!(log.contains("database closed"), "{log}");
    let output = start(&["--listen", "127.0.0.1:0", "--database", "nowhere/a.db"]);
    let log = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(log.contains("error: cannot open nowhere/a.db: "), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idle_connection_holds_nobody_up() {
    let mut server = Process::start(&[]);
    let client = server.client.clone();
    // It is kept by the client, to be used again.
    assert_eq!(client.get("/health").await.status, 200);
    assert_eq!(client.put("/config", config("b.db")).await.status, 200);
    server.interrupt();
    assert!(server.ended().await.success());
    assert_eq!((server.count("interrupted"), server.count("given up")), (1, 0));
}
