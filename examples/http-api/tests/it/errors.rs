//! What a client can do wrong.

use std::time::Duration;

use axum::http::Method;
use http_api::http::extract::LARGEST_BODY;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::common::local::Local;

#[tokio::test(flavor = "multi_thread")]
async fn every_mistake_has_a_status_and_a_code() {
    let server = Local::start().await;
    let client = &server.client;
    client.post("/users", json!({ "name": "ada" })).await;
    let is_json = ("content-type", "application/json");
    #[rustfmt::skip]
    let cases = [
        (Method::POST, "/users", vec![is_json], "{\"name\": ", 400, "bad_request"),
        (Method::POST, "/users", vec![is_json], "\u{0}", 400, "bad_request"),
        (Method::POST, "/users", vec![is_json], "", 400, "bad_request"),
        (Method::GET, "/users?after=x", vec![], "", 400, "bad_request"),
        (Method::GET, "/users", vec![("x-tenant", "a b")], "", 400, "bad_request"),
        (Method::GET, "/users/99", vec![], "", 404, "not_found"),
        (Method::GET, "/users/ada", vec![], "", 404, "not_found"),
        (Method::GET, "/users/99/posts", vec![], "", 404, "not_found"),
        (Method::POST, "/users/99/posts", vec![is_json], "{\"title\": \"t\"}", 404, "not_found"),
        (Method::GET, "/posts/99", vec![], "", 404, "not_found"),
        (Method::DELETE, "/users/99", vec![], "", 404, "not_found"),
        (Method::GET, "/nowhere", vec![], "", 404, "not_found"),
        (Method::PATCH, "/users", vec![], "", 405, "method_not_allowed"),
        (Method::DELETE, "/health", vec![], "", 405, "method_not_allowed"),
        (Method::POST, "/users", vec![is_json], "{\"name\": \"ada\"}", 409, "conflict"),
        (Method::POST, "/users", vec![], "{\"name\": \"bob\"}", 415, "unsupported_media_type"),
        (Method::POST, "/users", vec![("content-type", "text/plain")], "bob", 415, "unsupported_media_type"),
        (Method::POST, "/users", vec![is_json], "{\"name\": \" \"}", 422, "invalid"),
        (Method::POST, "/users", vec![is_json], "{\"name\": 7}", 422, "invalid"),
        (Method::POST, "/users", vec![is_json], "{\"nom\": \"bob\"}", 422, "invalid"),
        (Method::POST, "/users/1/posts", vec![is_json], "{\"title\": \"\"}", 422, "invalid"),
        (Method::PUT, "/config", vec![is_json], "{\"page_size\": 3}", 422, "invalid"),
    ];
    for (method, path, headers, body, status, code) in cases {
        let body = body.to_owned();
        let said = format!("{method} {path} {headers:?} {body:.40}");
        let answer = client.send(method, path, &headers, body).await.expect(&said);
        assert_eq!(answer.code(), (status, code.into()), "{said}");
        assert!(answer.headers.contains_key("x-request-id"), "{said}");
    }
    // The wrong method comes with the right ones.
    let answer = client.send(Method::PATCH, "/users", &[], "").await.unwrap();
    assert_eq!(answer.headers["allow"], "GET,HEAD,POST");
    assert_eq!(client.get("/users").await.json(), json!([{ "id": 1, "name": "ada" }]));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_configuration_that_cannot_be_is_refused_and_nothing_has_changed() {
    let server = Local::start().await;
    let client = &server.client;
    let before = client.get("/config").await.json();
    for (field, value) in [
        ("database", json!("")),
        ("database", json!(server.path("nowhere/a.db"))),
        ("page_size", json!(0)),
        ("deadline_ms", json!(0)),
    ] {
        let mut config = before.clone();
        config[field] = value;
        assert_eq!(client.put("/config", config).await.code(), (422, "invalid".into()), "{field}");
    }
    assert_eq!(client.get("/config").await.json(), before);
    assert_eq!(client.get("/health").await.status, 200);
    server.stop().await;
}

/// What comes back on a connection on which this was sent, and no more.
async fn raw(server: &Local, text: &str) -> String {
    let mut stream = TcpStream::connect(server.client.address()).await.unwrap();
    stream.write_all(text.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    // Where more was sent than was read, the connection may end in an error: after the answer.
    while stream.read_buf(&mut answer).await.is_ok_and(|read| read > 0) {}
    String::from_utf8(answer).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_client_is_told_so() {
    let set = |mut settings: http_api::settings::Settings, _: &std::path::Path| {
        settings.read_timeout = Duration::from_millis(250);
        settings
    };
    let server = Local::start_in(set, |builder| builder).await;
    let slow_header = raw(&server, "POST /users HTTP/1.1\r\nhost: a\r\n").await;
    assert!(slow_header.starts_with("HTTP/1.1 408 "), "{slow_header}");
    assert!(slow_header.contains("\"too_slow\""), "{slow_header}");
    let header = "POST /users HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n";
    let slow_body = raw(&server, &format!("{header}content-length: 20\r\n\r\n{{\"name\"")).await;
    assert!(slow_body.starts_with("HTTP/1.1 408 "), "{slow_body}");
    assert!(slow_body.contains("\"too_slow\""), "{slow_body}");
    // Whoever says nothing gets no answer to it.
    assert_eq!(raw(&server, "").await, "");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_too_large_is_not_waited_for() {
    let server = Local::start().await;
    let header = "POST /users HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n";
    let answer = raw(&server, &format!("{header}content-length: 99999999\r\n\r\n")).await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    // Nor is one that does not say how large it is read to its end.
    let (header, size) = (format!("{header}transfer-encoding: chunked\r\n\r\n"), LARGEST_BODY + 1);
    let answer = raw(&server, &format!("{header}{size:x}\r\n{}", "a".repeat(size))).await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    assert!(answer.contains("\"too_large\""), "{answer}");
    server.stop().await;
}
