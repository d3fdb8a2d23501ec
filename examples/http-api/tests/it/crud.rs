//! What goes well.

use axum::http::Method;
use serde_json::json;

use crate::common::local::Local;

#[tokio::test(flavor = "multi_thread")]
async fn users_and_posts_come_and_go() {
    let server = Local::start().await;
    let client = &server.client;
    let created = client.post("/users", json!({ "name": "ada" })).await;
    assert_eq!(created.status, 201);
    assert_eq!(created.headers["location"], "/users/1");
    assert_eq!(created.json(), json!({ "id": 1, "name": "ada" }));
    assert_eq!(client.get("/users/1").await.json(), created.json());

    let post = client.post("/users/1/posts", json!({ "title": "on engines", "text": "…" })).await;
    assert_eq!(
        (post.status.as_u16(), &post.headers["location"]),
        (201, &"/posts/1".parse().unwrap())
    );
    let expected = json!({ "id": 1, "user": 1, "title": "on engines", "text": "…" });
    assert_eq!(post.json(), expected);
    assert_eq!(client.get("/posts/1").await.json(), expected);
    assert_eq!(client.get("/users/1/posts").await.json(), json!([expected]));

    assert_eq!(client.delete("/users/1").await.status, 204);
    assert_eq!(client.get("/users/1").await.code(), (404, "not_found".into()));
    // Nor are there posts of nobody.
    assert_eq!(client.get("/posts/1").await.code(), (404, "not_found".into()));
    // A number is given out once.
    assert_eq!(client.post("/users", json!({ "name": "ada" })).await.json()["id"], 2);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_shown_in_pages() {
    let server = Local::start().await;
    let client = &server.client;
    for at in 0..5 {
        client.post("/users", json!({ "name": format!("user {at}") })).await;
    }
    let ids = |answer: crate::common::client::Answer| -> Vec<i64> {
        answer.json().as_array().unwrap().iter().map(|user| user["id"].as_i64().unwrap()).collect()
    };
    assert_eq!(ids(client.get("/users").await), [1, 2, 3, 4, 5]);
    assert_eq!(ids(client.get("/users?after=1&limit=2").await), [2, 3]);
    let mut config = client.get("/config").await.json();
    config["page_size"] = json!(3);
    assert_eq!(client.put("/config", config.clone()).await.json(), config);
    assert_eq!(ids(client.get("/users").await), [1, 2, 3]);
    assert_eq!(ids(client.get("/users?after=1&limit=100").await), [2, 3, 4]);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_sees_its_own() {
    let server = Local::start().await;
    let client = &server.client;
    let acme = [("x-tenant", "acme"), ("content-type", "application/json")];
    let body = json!({ "name": "ada" }).to_string();
    let user = client.send(Method::POST, "/users", &acme, body.clone()).await.unwrap();
    assert_eq!(user.status, 201);
    // The same name in another tenant is somebody else.
    let public = client.post("/users", json!({ "name": "ada" })).await;
    assert_eq!(public.json()["id"], 2);
    assert_eq!(client.get("/users/1").await.status, 404);
    assert_eq!(client.delete("/users/1").await.status, 404);
    assert_eq!(client.post("/users/1/posts", json!({ "title": "mine" })).await.status, 404);
    let post = json!({ "title": "ours" }).to_string();
    assert_eq!(client.send(Method::POST, "/users/1/posts", &acme, post).await.unwrap().status, 201);
    assert_eq!(client.get("/posts/1").await.status, 404);
    assert_eq!(client.send(Method::GET, "/posts/1", &acme, "").await.unwrap().status, 200);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_has_an_id_in_its_answer_and_in_the_tree() {
    let server = Local::start().await;
    let client = &server.client;
    let headers = [("x-request-id", "from-afar"), ("x-tenant", "acme")];
    let answer = client.send(Method::GET, "/users/7", &headers, "").await.unwrap();
    assert_eq!(answer.headers["x-request-id"], "from-afar");
    // Also what has no flow, and what has no id of its own.
    assert!(!client.get("/nowhere").await.headers["x-request-id"].is_empty());

    let tree = client.get("/debug/executions").await.text;
    let [root, step, ..] = tree.lines().collect::<Vec<_>>()[..] else { panic!("{tree}") };
    assert!(root.starts_with("GET /users/{id} failed"), "{tree}");
    assert!(root.ends_with("request=from-afar tenant=acme: there is no user 7"), "{tree}");
    assert!(step.starts_with("    find_user failed"), "{tree}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_graph_is_drawn() {
    let server = Local::start().await;
    let client = &server.client;
    client.get("/users").await;
    let page = client.get("/debug/graph").await;
    assert!(page.headers["content-type"].to_str().unwrap().starts_with("text/html"));
    assert!(page.text.contains("users takes database (reactive)"), "{}", page.text);
    assert!(page.text.contains("<svg"));
    assert!(client.get("/debug/graph?format=mermaid").await.text.starts_with("flowchart TD"));
    assert!(client.get("/debug/graph?format=dot").await.text.starts_with("digraph"));
    let json = client.get("/debug/graph?format=json").await.json();
    let database = json["nodes"].as_array().unwrap().iter().find(|node| node["name"] == "database");
    assert_eq!(database.unwrap()["state"], "resolved");
    assert_eq!(client.get("/debug/graph?format=gif").await.code(), (400, "bad_request".into()));
    server.stop().await;
}
