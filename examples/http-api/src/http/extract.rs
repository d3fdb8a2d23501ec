//! What comes in, with errors of our own when it cannot be taken.

use axum::body::{HttpBody, to_bytes};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use serde::de::DeserializeOwned;
use serde_json::error::Category;
use tokio::time::timeout;

use super::Api;
use super::error::HttpError;

/// The largest body that is taken, in bytes.
pub const LARGEST_BODY: usize = 64 * 1024;

/// A part of the path.
#[derive(FromRequestParts)]
#[from_request(via(axum::extract::Path), rejection(HttpError))]
pub struct Path<T>(pub T);

/// What stands after the `?`.
#[derive(FromRequestParts)]
#[from_request(via(axum::extract::Query), rejection(HttpError))]
pub struct Query<T>(pub T);

/// A body of JSON, which has to be there in time.
pub struct Body<T>(pub T);

impl<T: DeserializeOwned> FromRequest<Api> for Body<T> {
    type Rejection = HttpError;

    async fn from_request(request: Request, api: &Api) -> Result<Self, HttpError> {
        if !is_json(request.headers()) {
            return Err(HttpError::unsupported_media_type("send `content-type: application/json`"));
        }
        let too_large = || HttpError::too_large(format!("more than {LARGEST_BODY} bytes"));
        let body = request.into_body();
        if body.size_hint().lower() > LARGEST_BODY as u64 {
            return Err(too_large());
        }
        let bytes = timeout(api.read_timeout, to_bytes(body, LARGEST_BODY)).await;
        let bytes = bytes.map_err(|_| HttpError::too_slow("the body did not come in time"))?;
        let bytes = bytes.map_err(|error| {
            if is_limit(&error) {
                too_large()
            } else {
                HttpError::bad_request("the body has no end")
            }
        })?;
        let parsed = serde_json::from_slice(&bytes);
        parsed.map(Self).map_err(|error| match error.classify() {
            Category::Data => HttpError::invalid(error.to_string()),
            _ => HttpError::bad_request(format!("the body is no JSON: {error}")),
        })
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let value = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let kind = value.and_then(|value| value.split(';').next()).unwrap_or_default();
    kind.trim().eq_ignore_ascii_case("application/json")
}

fn is_limit(error: &axum::Error) -> bool {
    let source = std::error::Error::source(error);
    source.is_some_and(<dyn std::error::Error>::is::<http_body_util::LengthLimitError>)
}
