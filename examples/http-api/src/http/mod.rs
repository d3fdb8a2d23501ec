//! The face to the network: routes, what comes in, what goes out.
//!
//! A handler takes a request apart, runs one flow, and turns what it gets into a response.
//! It knows of no database.

pub mod call;
pub mod debug;
mod draw;
pub mod error;
pub mod extract;
mod handlers;

use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::http::Method;
use axum::middleware::from_fn;
use axum::routing::get;
use pumped::WeakScope;
use pumped::prelude::*;

use crate::settings::deadline;
use error::HttpError;
use handlers::{
    create_post, create_user, delete_user, health, list_posts, list_users, replace_config,
    show_config, show_post, show_user,
};

/// What all handlers share.
#[derive(Clone)]
pub struct Api {
    /// Weak: the router is a value of this scope.
    pub scope: WeakScope,
    /// How long a request may take, as it is configured now.
    pub deadline: Controller<deadline>,
    /// How long a client may take to send a body.
    pub read_timeout: Duration,
}

/// All routes.
pub fn routes(api: Api) -> Router {
    Router::new()
        .route("/health", get(health))
        .route("/users", get(list_users).post(create_user))
        .route("/users/{id}", get(show_user).delete(delete_user))
        .route("/users/{id}/posts", get(list_posts).post(create_post))
        .route("/posts/{id}", get(show_post))
        .route("/config", get(show_config).put(replace_config))
        .route("/debug/graph", get(debug::graph))
        .route("/debug/executions", get(debug::executions))
        .fallback(unknown_route)
        .method_not_allowed_fallback(wrong_method)
        .layer(from_fn(call::identify))
        .with_state(api)
}

async fn unknown_route(request: Request) -> HttpError {
    HttpError::not_found(format!("there is nothing at {}", request.uri().path()))
}

async fn wrong_method(method: Method) -> HttpError {
    HttpError::method_not_allowed(format!("{method} is not possible here"))
}
