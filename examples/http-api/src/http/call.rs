//! A request as its flow sees it: who asks, for whom, and until when.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use axum::extract::{FromRequestParts, MatchedPath, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use pumped::prelude::*;
use pumped::{Flow, Returns};
use tracing::debug;

use super::Api;
use super::error::HttpError;
use crate::tags::{RequestId, Tenant};

/// Names a request; sent back with every answer.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Says whose users and posts it is about.
pub const TENANT: HeaderName = HeaderName::from_static("x-tenant");

/// Around every request: it gets an id if it has none, and the answer gets the same.
pub async fn identify(mut request: Request, next: Next) -> Response {
    let began = Instant::now();
    let id = request_id(request.headers());
    let line = format!("{} {}", request.method(), request.uri().path());
    request.extensions_mut().insert(id.clone());
    let mut response = next.run(request).await;
    debug!(request = %id, status = response.status().as_u16(), took = ?began.elapsed(), "{line}");
    if let Ok(value) = HeaderValue::from_str(&id.0) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}

/// What the client calls it, or a number of ours.
fn request_id(headers: &HeaderMap) -> RequestId {
    static NUMBERS: AtomicU64 = AtomicU64::new(1);
    word(headers, &REQUEST_ID).map_or_else(
        || RequestId(format!("req-{}", NUMBERS.fetch_add(1, Ordering::Relaxed))),
        |id| RequestId(id.to_owned()),
    )
}

/// A header that is short and holds nothing that could confuse a log.
fn word<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    let value = headers.get(name)?.to_str().ok()?;
    let is_fine = |c: char| c.is_ascii_alphanumeric() || "-_.:".contains(c);
    (!value.is_empty() && value.len() <= 64 && value.chars().all(is_fine)).then_some(value)
}

/// A request that is about to become the execution of a flow.
pub struct Call {
    scope: Scope,
    deadline: Duration,
    request: RequestId,
    tenant: Tenant,
    /// `POST /users`
    name: String,
}

impl Call {
    /// Runs the flow of this request: the tags are seen by all that is below it.
    ///
    /// # Errors
    /// With what the flow has failed with, or if it takes too long.
    pub async fn run<F, R>(self, flow: F) -> Result<R::Output, HttpError>
    where
        F: Flow<R>,
        R: Returns,
        HttpError: From<FlowError<R::Error>>,
    {
        let Self { scope, deadline, request, tenant, name } = self;
        let execution = scope.context().tag(request).tag(tenant).name(name).timeout(deadline);
        Ok(execution.exec_async(flow).await?)
    }
}

impl FromRequestParts<Api> for Call {
    type Rejection = HttpError;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, HttpError> {
        let scope = api.scope.upgrade();
        let scope = scope.ok_or_else(|| HttpError::shutting_down("the server has shut down"))?;
        let tenant = if parts.headers.contains_key(&TENANT) {
            let no_name = || HttpError::bad_request("`x-tenant` is no name");
            word(&parts.headers, &TENANT).ok_or_else(no_name)?
        } else {
            "public"
        };
        let request = parts.extensions.get::<RequestId>().cloned();
        let path = parts.extensions.get::<MatchedPath>().map_or("", MatchedPath::as_str);
        Ok(Self {
            deadline: *api.deadline.get()?,
            request: request.unwrap_or_else(|| request_id(&parts.headers)),
            tenant: Tenant(tenant.to_owned()),
            name: format!("{} {path}", parts.method),
            scope,
        })
    }
}
