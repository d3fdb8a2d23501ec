//! The server with something else in the place of something.

use std::sync::Arc;

use async_trait::async_trait;
use http_api::database::{Database, database};
use http_api::error::AppError;
use http_api::tags::Tenant;
use http_api::users::{NewUser, User, Users, users};
use serde_json::json;
use tokio::sync::Semaphore;

use crate::common::local::Local;

/// Knows one user. Of number 13 it knows nothing but trouble, and number 8 takes its time.
struct Fake {
    asked: Semaphore,
    answer: Semaphore,
}

impl Fake {
    fn new() -> Arc<Self> {
        Arc::new(Self { asked: Semaphore::new(0), answer: Semaphore::new(0) })
    }
}

#[async_trait]
impl Users for Fake {
    async fn insert(&self, _: &Tenant, _: NewUser) -> Result<User, AppError> {
        Err(AppError::Conflict("there is room for one".into()))
    }

    async fn list(&self, _: &Tenant, _: i64, _: u32) -> Result<Vec<User>, AppError> {
        Ok(vec![User { id: 7, name: "fake".into() }])
    }

    async fn find(&self, _: &Tenant, id: i64) -> Result<Option<User>, AppError> {
        assert_ne!(id, 13, "the secret is 4711");
        if id == 8 {
            self.asked.add_permits(1);
            self.answer.acquire().await.unwrap().forget();
        }
        Ok(Some(User { id, name: "fake".into() }))
    }

    async fn delete(&self, _: &Tenant, _: i64) -> Result<bool, AppError> {
        Ok(false)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_repository_and_no_database() {
    let server = Local::start_with(|builder| builder.preset::<users>(Fake::new())).await;
    let client = &server.client;
    assert_eq!(client.get("/users").await.json(), json!([{ "id": 7, "name": "fake" }]));
    let refused = client.post("/users", json!({ "name": "ada" })).await;
    assert_eq!(refused.code(), (409, "conflict".into()));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_database() {
    let (memory, closed) = Database::open(":memory:".as_ref()).unwrap();
    let server = Local::start_with(|builder| builder.preset::<database>(memory)).await;
    let client = &server.client;
    assert_eq!(client.post("/users", json!({ "name": "ada" })).await.status, 201);
    assert_eq!(client.get("/users").await.json(), json!([{ "id": 1, "name": "ada" }]));
    assert!(!std::path::Path::new(&server.path("a.db")).exists());
    server.stop().await;
    // The scope keeps a preset; without it, it ends by itself.
    closed.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_is_an_error_that_tells_nothing() {
    let server = Local::start_with(|builder| builder.preset::<users>(Fake::new())).await;
    let answer = server.client.get("/users/13").await;
    assert_eq!(answer.code(), (500, "internal".into()));
    assert!(!answer.text.contains("4711"), "{}", answer.text);
    // The next request is none the worse for it.
    assert_eq!(server.client.get("/users/7").await.status, 200);
    let tree = server.client.get("/debug/executions").await.text;
    assert!(tree.contains("find_user panicked"), "{tree}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_takes_too_long_is_given_up() {
    let fake = Fake::new();
    let server = Local::start_with(|builder| builder.preset::<users>(fake.clone())).await;
    let client = &server.client;
    let mut config = client.get("/config").await.json();
    config["deadline_ms"] = json!(1);
    assert_eq!(client.put("/config", config).await.status, 200);
    // Nobody ever answers this one.
    assert_eq!(client.get("/users/8").await.code(), (504, "deadline".into()));
    let tree = client.get("/debug/executions").await.text;
    assert!(tree.starts_with("GET /users/{id} timed out "), "{tree}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_scope_ends_requests_that_run_go_on_and_others_are_refused() {
    let fake = Fake::new();
    let server = Local::start_with(|builder| builder.preset::<users>(fake.clone())).await;
    let client = server.client.clone();
    let running = tokio::spawn(async move { client.get("/users/8").await });
    fake.asked.acquire().await.unwrap().forget();
    let ending = tokio::spawn({
        let scope = server.scope.clone();
        async move { scope.dispose_async().await }
    });
    // The door is closed when the scope says so.
    while server.scope.get::<users>().is_ok() {
        tokio::task::yield_now().await;
    }
    assert_eq!(server.client.get("/users/7").await.code(), (503, "shutting_down".into()));
    assert!(!ending.is_finished());
    fake.answer.add_permits(1);
    assert_eq!(running.await.unwrap().json()["id"], 8);
    ending.await.unwrap().unwrap();
    assert_eq!(server.client.get("/users/7").await.code(), (503, "shutting_down".into()));
    server.stop().await;
}
