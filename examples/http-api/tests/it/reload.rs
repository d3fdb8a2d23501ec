//! A configuration that changes under requests: of the program itself, by its log.

use serde_json::json;

use crate::common::process::{Process, config};

#[tokio::test(flavor = "multi_thread")]
async fn a_database_stays_open_for_the_request_that_uses_it() {
    let mut server = Process::start(&[]);
    let client = server.client.clone();
    let lock = server.lock("a.db");
    let posting = server.post_user_that_waits("ada").await;

    // The request holds the old database; the next one has the new one.
    assert_eq!(client.put("/config", config("b.db")).await.status, 200);
    assert_eq!(client.post("/users", json!({ "name": "bob" })).await.json()["id"], 1);
    server.logged("job begins writes=true").await;
    assert_eq!(server.count("database opened number=2 file=b.db"), 1);
    assert_eq!(server.count("database closed"), 0);
    assert!(!posting.is_finished());

    // It ends well, and with it the old database.
    drop(lock);
    assert_eq!(posting.await.unwrap().unwrap().status, 201);
    server.logged("posts closed file=a.db").await;
    server.logged("users closed file=a.db").await;
    server.logged("database closed number=1 file=a.db").await;
    assert_eq!(client.get("/users").await.json(), json!([{ "id": 1, "name": "bob" }]));

    // What was written is there again with the old name: a third database.
    assert_eq!(client.put("/config", config("a.db")).await.status, 200);
    assert_eq!(client.get("/users").await.json(), json!([{ "id": 1, "name": "ada" }]));
    server.terminate();
    assert!(server.ended().await.success());
    for number in 1..=3 {
        assert_eq!(server.count(&format!("database opened number={number} ")), 1);
        assert_eq!(server.count(&format!("database closed number={number} ")), 1);
    }
    assert_eq!((server.count("database opened"), server.count("database closed")), (3, 3));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_depend_on_a_change_stays() {
    let mut server = Process::start(&[]);
    let client = server.client.clone();
    client.post("/users", json!({ "name": "ada" })).await;
    client.post("/users", json!({ "name": "bob" })).await;
    let mut config = client.get("/config").await.json();
    config["page_size"] = json!(1);
    config["greeting"] = json!("good evening");
    assert_eq!(client.put("/config", config.clone()).await.status, 200);
    assert_eq!(client.get("/users").await.json(), json!([{ "id": 1, "name": "ada" }]));
    assert_eq!(client.get("/health").await.json()["greeting"], "good evening");
    // Nor does a change that is none.
    assert_eq!(client.put("/config", config).await.status, 200);
    server.terminate();
    assert!(server.ended().await.success());
    assert_eq!((server.count("database opened"), server.count("database closed")), (1, 1));
    assert_eq!((server.count("users closed"), server.count("posts closed")), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_that_came_too_late_is_undone() {
    let mut server = Process::start(&[]);
    let client = server.client.clone();
    let mut hurried = config("a.db");
    hurried["deadline_ms"] = json!(100);
    assert_eq!(client.put("/config", hurried).await.status, 200);
    let lock = server.lock("a.db");
    let posting = server.post_user_that_waits("ada").await;
    assert_eq!(posting.await.unwrap().unwrap().code(), (504, "deadline".into()));
    // It is in force at once, though this request has to wait and may come too late itself.
    client.put("/config", config("a.db")).await;
    assert_eq!(client.get("/config").await.json(), config("a.db"));
    drop(lock);
    assert_eq!(client.get("/users").await.json(), json!([]));
    let tree = client.get("/debug/executions").await.text;
    assert!(tree.lines().any(|line| line.starts_with("POST /users timed out ")), "{tree}");
    server.terminate();
    assert!(server.ended().await.success());
}
