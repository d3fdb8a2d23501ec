//! What goes wrong, as a status and JSON: `{"error": {"code": .., "message": ..}}`.

use axum::Json;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use pumped::error::ScopeError;
use pumped::prelude::*;
use serde_json::json;
use tracing::error;

use crate::error::AppError;

/// An answer that is an error.
#[derive(Debug)]
pub struct HttpError {
    status: StatusCode,
    code: &'static str,
    message: String,
}

macro_rules! constructors {
    ($($name:ident $status:ident $code:literal;)*) => {
        impl HttpError {$(
            pub(crate) fn $name(message: impl Into<String>) -> Self {
                Self { status: StatusCode::$status, code: $code, message: message.into() }
            }
        )*}
    };
}

constructors! {
    bad_request BAD_REQUEST "bad_request";
    not_found NOT_FOUND "not_found";
    method_not_allowed METHOD_NOT_ALLOWED "method_not_allowed";
    too_slow REQUEST_TIMEOUT "too_slow";
    conflict CONFLICT "conflict";
    too_large PAYLOAD_TOO_LARGE "too_large";
    unsupported_media_type UNSUPPORTED_MEDIA_TYPE "unsupported_media_type";
    invalid UNPROCESSABLE_ENTITY "invalid";
    internal INTERNAL_SERVER_ERROR "internal";
    shutting_down SERVICE_UNAVAILABLE "shutting_down";
    deadline GATEWAY_TIMEOUT "deadline";
}

impl HttpError {
    /// The body.
    #[must_use]
    pub fn body(&self) -> serde_json::Value {
        json!({ "error": { "code": self.code, "message": self.message } })
    }

    /// What nobody outside is to know goes to the log.
    fn hidden(detail: impl std::fmt::Display) -> Self {
        error!("internal error: {detail}");
        Self::internal("something went wrong here")
    }
}

impl IntoResponse for HttpError {
    fn into_response(self) -> Response {
        (self.status, Json(self.body())).into_response()
    }
}

/// What a request's flow has failed with.
impl From<FlowError<AppError>> for HttpError {
    fn from(error: FlowError<AppError>) -> Self {
        match error.split() {
            Ok(error) => error.into(),
            Err(fault) => fault.into(),
        }
    }
}

impl From<AppError> for HttpError {
    fn from(error: AppError) -> Self {
        match error {
            AppError::NotFound(_) => Self::not_found(error.to_string()),
            AppError::Conflict(message) => Self::conflict(message),
            AppError::Invalid(message) => Self::invalid(message),
            AppError::Database(error) => Self::hidden(error),
            AppError::Change(ScopeError::Disposed) => Fault::Disposed.into(),
            AppError::Change(error) => Self::hidden(error),
            AppError::Fault(fault) => fault.into(),
        }
    }
}

impl From<Fault> for HttpError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::TimedOut(after) => Self::deadline(format!("it took more than {after:?}")),
            Fault::Disposed | Fault::Cancelled => {
                Self::shutting_down("the server is shutting down")
            }
            other => Self::hidden(other),
        }
    }
}

impl From<ResolveError> for HttpError {
    fn from(error: ResolveError) -> Self {
        Fault::from(error).into()
    }
}

/// `/users/seven`: there is no such user.
impl From<PathRejection> for HttpError {
    fn from(_: PathRejection) -> Self {
        Self::not_found("there is nothing of that number")
    }
}

impl From<QueryRejection> for HttpError {
    fn from(rejection: QueryRejection) -> Self {
        Self::bad_request(rejection.body_text())
    }
}
