//! The page, and the same as JSON.

mod draw;

use std::fmt::Display;
use std::time::Duration;

use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::Html;
use axum::routing::get;
use axum::{Json, Router};
use pumped::prelude::*;
use serde::Deserialize;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tracing::debug;

use crate::changes::changes;
use crate::flows::{self, State};

/// How long an answer may take, and how long a request may wait for a change.
const DEADLINE: Duration = Duration::from_secs(10);

/// What all handlers share.
#[derive(Clone)]
struct Api {
    scope: Scope,
    changes: Dep<changes>,
    stop: CancellationToken,
}

type Failed = (StatusCode, String);

/// All routes. Who waits for a change is answered when `stop` is cancelled.
///
/// # Errors
/// If there is nobody to be told of changes by.
pub fn router(scope: &Scope, stop: CancellationToken) -> Result<Router, ResolveError> {
    let api = Api { scope: scope.clone(), changes: scope.dep::<changes>()?, stop };
    Ok(Router::new()
        .route("/", get(show))
        .route("/state", get(state))
        .route("/debug/graph", get(graph))
        .route("/debug/executions", get(executions))
        .with_state(api))
}

/// For people.
async fn show(
    axum::extract::State(api): axum::extract::State<Api>,
) -> Result<Html<String>, Failed> {
    Ok(Html(draw::page(&api.state().await?)))
}

/// `?after=7`
#[derive(Deserialize)]
struct Wanted {
    after: Option<u64>,
}

/// For programs, which can wait for a change.
async fn state(
    axum::extract::State(api): axum::extract::State<Api>,
    Query(wanted): Query<Wanted>,
) -> Result<Json<State>, Failed> {
    if let Some(seen) = wanted.after {
        debug!("somebody waits for a change");
        // When none comes in time, the answer is what was known.
        let change = timeout(DEADLINE, api.changes.other_than(seen));
        let _ = api.stop.run_until_cancelled(change).await;
    }
    api.state().await.map(Json)
}

async fn graph(axum::extract::State(api): axum::extract::State<Api>) -> String {
    api.scope.graph().to_mermaid()
}

async fn executions(axum::extract::State(api): axum::extract::State<Api>) -> String {
    api.scope.executions().to_string()
}

impl Api {
    async fn state(&self) -> Result<State, Failed> {
        let context = self.scope.context().name("page").timeout(DEADLINE);
        context.exec_async(flows::state()).await.map_err(|error| match error {
            FlowError::Disposed | FlowError::Cancelled => {
                (StatusCode::SERVICE_UNAVAILABLE, "the monitor ends\n".into())
            }
            FlowError::TimedOut(_) => failed(StatusCode::GATEWAY_TIMEOUT, &error),
            _ => failed(StatusCode::INTERNAL_SERVER_ERROR, &error),
        })
    }
}

fn failed(status: StatusCode, error: &impl Display) -> Failed {
    (status, format!("{error}\n"))
}
