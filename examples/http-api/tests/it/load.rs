//! Requests from several sides while the configuration changes: none may fail.
//!
//! What `load.sh` does for half a minute, and `quick_load` for a number of requests.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use axum::http::Method;
use serde_json::json;

use crate::common::client::Client;

/// The requests of [`Load::round`].
pub(crate) const ROUND: usize = 7;
/// The requests of [`Load::prepare`].
pub(crate) const PREPARATION: usize = 6;

/// What is asked, and what came of it.
#[derive(Clone)]
pub(crate) struct Load {
    client: Client,
    databases: [String; 2],
    counts: Arc<Counts>,
}

#[derive(Default)]
struct Counts {
    requests: AtomicU64,
    names: AtomicU64,
    changes: AtomicU64,
    failures: Mutex<Vec<String>>,
}

impl Load {
    /// Puts user 1 with post 1 into both databases, and leaves the server with the first.
    pub(crate) async fn prepare(client: Client, databases: [String; 2]) -> Self {
        let load = Self { client, databases, counts: Arc::default() };
        for at in [1, 0] {
            load.put(at, 50).await;
            load.expect(Method::POST, "/users", json!({ "name": "first" }), 201).await;
            load.expect(Method::POST, "/users/1/posts", json!({ "title": "first" }), 201).await;
        }
        load
    }

    async fn expect(&self, method: Method, path: &str, body: serde_json::Value, status: u16) {
        self.counts.requests.fetch_add(1, Ordering::Relaxed);
        let sent = self.client.json(method.clone(), path, body).await;
        if !sent.as_ref().is_ok_and(|answer| answer.status.as_u16() == status) {
            self.counts.failures.lock().unwrap().push(format!("{method} {path}: {sent:?}"));
        }
    }

    /// Puts a configuration with one of the two databases.
    async fn put(&self, database: usize, page_size: u32) {
        let body = json!({
            "database": self.databases[database],
            "page_size": page_size,
            "greeting": format!("hello {page_size}"),
            "deadline_ms": 30_000,
        });
        self.expect(Method::PUT, "/config", body, 200).await;
    }

    /// Another configuration: the other database, back again, and then no other database.
    pub(crate) async fn change(&self) {
        let number = self.counts.changes.fetch_add(1, Ordering::Relaxed);
        let database = usize::from(number.is_multiple_of(3));
        let page_size = 10 + u32::try_from(number % 50).unwrap();
        self.put(database, page_size).await;
    }

    /// One of each kind of request.
    pub(crate) async fn round(&self) {
        let name = self.counts.names.fetch_add(1, Ordering::Relaxed);
        self.expect(Method::POST, "/users", json!({ "name": format!("user {name}") }), 201).await;
        self.expect(Method::GET, "/users?limit=10", json!(null), 200).await;
        self.expect(Method::GET, "/users/1", json!(null), 200).await;
        self.expect(Method::POST, "/users/1/posts", json!({ "title": "again" }), 201).await;
        self.expect(Method::GET, "/users/1/posts?limit=10", json!(null), 200).await;
        self.expect(Method::GET, "/posts/1", json!(null), 200).await;
        self.expect(Method::GET, "/health", json!(null), 200).await;
    }

    pub(crate) fn requests(&self) -> u64 {
        self.counts.requests.load(Ordering::Relaxed)
    }

    pub(crate) fn changes(&self) -> u64 {
        self.counts.changes.load(Ordering::Relaxed)
    }

    /// What was not answered as it should.
    pub(crate) fn failures(&self) -> Vec<String> {
        self.counts.failures.lock().unwrap().clone()
    }

    /// How many databases have been opened: the first, two to prepare, and two of three
    /// changes.
    pub(crate) fn databases(&self) -> u64 {
        3 + self.changes() - self.changes() / 3
    }
}
