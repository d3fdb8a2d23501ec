//! Asks a monitor how everything is, and waits until it is as it should be.

use std::future::Future;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// So that a test which fails does not hang instead.
const FOR_EVER: Duration = Duration::from_mins(1);

pub(crate) async fn in_time<T>(what: &str, future: impl Future<Output = T>) -> T {
    timeout(FOR_EVER, future).await.unwrap_or_else(|_| panic!("it never happens: {what}"))
}

/// A status and a body.
pub(crate) async fn get(address: &str, path: &str) -> (u16, String) {
    let asking = async {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let request =
            format!("GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    };
    let answer = in_time(path, asking).await;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("{answer:?}"));
    (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
}

async fn state_at(address: &str, path: &str) -> Value {
    let (status, body) = get(address, path).await;
    assert_eq!(status, 200, "{body}");
    serde_json::from_str(&body).unwrap()
}

pub(crate) async fn state(address: &str) -> Value {
    state_at(address, "/state").await
}

/// Waits for one change after the other, until the state is one of these.
pub(crate) async fn state_when(address: &str, what: &str, is_it: impl Fn(&Value) -> bool) -> Value {
    let waiting = async {
        let mut now = state(address).await;
        while !is_it(&now) {
            now = state_at(address, &format!("/state?after={}", now["changes"])).await;
        }
        now
    };
    in_time(what, waiting).await
}

/// A target, as the state has it.
pub(crate) fn target<'v>(state: &'v Value, name: &str) -> &'v Value {
    let is_it = |target: &&Value| target["name"] == name;
    state["targets"].as_array().unwrap().iter().find(is_it).unwrap_or(&Value::Null)
}

pub(crate) fn checks<'v>(state: &'v Value, name: &str) -> &'v [Value] {
    target(state, name)["checks"].as_array().map_or(&[], Vec::as_slice)
}

pub(crate) fn incidents(state: &Value) -> &[Value] {
    state["incidents"].as_array().unwrap()
}
