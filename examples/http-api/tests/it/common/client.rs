//! A client that knows what an answer of ours looks like.

use std::time::Duration;

use axum::body::Bytes;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client as Hyper;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;
use tokio::time::timeout;

/// So that a test which fails does not hang instead.
pub(crate) const FOR_EVER: Duration = Duration::from_mins(1);

/// Talks to one server.
#[derive(Clone)]
pub(crate) struct Client {
    address: String,
    hyper: Hyper<HttpConnector, Full<Bytes>>,
}

/// What it says.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    /// The code of an answer that is an error.
    pub(crate) fn code(&self) -> (u16, String) {
        let json = self.json();
        let error = json["error"].as_object().unwrap_or_else(|| panic!("no error: {json}"));
        assert!(error["message"].as_str().is_some_and(|message| !message.is_empty()), "{json}");
        (self.status.as_u16(), error["code"].as_str().unwrap().to_owned())
    }
}

impl Client {
    pub(crate) fn new(address: &str) -> Self {
        let hyper = Hyper::builder(TokioExecutor::new()).build_http();
        Self { address: address.to_owned(), hyper }
    }

    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// Sends a request that was put together elsewhere, but for its address.
    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> Result<Answer, String> {
        let mut request =
            Request::builder().method(method).uri(format!("http://{}{path}", self.address));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Full::new(body.into())).map_err(|error| error.to_string())?;
        let response = timeout(FOR_EVER, self.hyper.request(request)).await;
        let response = response.map_err(|_| "it never answers")?;
        let response = response.map_err(|error| format!("{error:?}"))?;
        let (parts, body) = response.into_parts();
        let body = body.collect().await.map_err(|error| error.to_string())?.to_bytes();
        let text = String::from_utf8_lossy(&body).into_owned();
        Ok(Answer { status: parts.status, headers: parts.headers, text })
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, &[], "").await.unwrap()
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, &[], "").await.unwrap()
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.json(Method::POST, path, body).await.unwrap()
    }

    pub(crate) async fn put(&self, path: &str, body: Value) -> Answer {
        self.json(Method::PUT, path, body).await.unwrap()
    }

    pub(crate) async fn json(
        &self,
        method: Method,
        path: &str,
        body: Value,
    ) -> Result<Answer, String> {
        self.send(method, path, &[("content-type", "application/json")], body.to_string()).await
    }
}
