//! A look inside: the graph of what there is, and the requests of a moment ago.
//!
//! These are no flows, so looking does not change what is seen.

use std::fmt::Write;

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{Html, IntoResponse, Response};
use pumped::prelude::*;
use pumped::tree::{ExecutionId, ExecutionTree};
use serde::Deserialize;

use super::error::HttpError;
use super::extract::Query;
use super::{Api, draw};
use crate::tags::{RequestId, Tenant};

/// `?format=mermaid`
#[derive(Deserialize)]
pub struct Wanted {
    #[serde(default)]
    format: Format,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Format {
    #[default]
    Html,
    Mermaid,
    Dot,
    Json,
}

fn scope(api: &Api) -> Result<Scope, HttpError> {
    let scope = api.scope.upgrade();
    scope.ok_or_else(|| HttpError::shutting_down("the server has shut down"))
}

/// What the scope has met, with the state of each value.
pub(super) async fn graph(
    State(api): State<Api>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, HttpError> {
    let graph = scope(&api)?.graph();
    Ok(match wanted.format {
        Format::Html => Html(draw::page(&graph)).into_response(),
        Format::Mermaid => graph.to_mermaid().into_response(),
        Format::Dot => graph.to_dot().into_response(),
        Format::Json => ([(CONTENT_TYPE, "application/json")], graph.to_json()).into_response(),
    })
}

/// The requests that have ended, the last one first, each with its steps.
pub(super) async fn executions(State(api): State<Api>) -> Result<String, HttpError> {
    let tree = scope(&api)?.executions();
    let mut out = String::new();
    for root in tree.roots().into_iter().rev() {
        lines(&tree, root.id(), 0, &mut out);
    }
    Ok(out)
}

fn lines(tree: &ExecutionTree, id: ExecutionId, depth: usize, out: &mut String) {
    let Some(node) = tree.node(id) else { return };
    let (name, status, took) = (node.name(), node.status(), node.duration());
    // Writing to a string cannot fail.
    let _ = write!(out, "{:indent$}{name} {status} {took:.1?}", "", indent = 4 * depth);
    if let (Some(request), Some(tenant)) = (node.tag::<RequestId>(), node.tag::<Tenant>()) {
        let _ = write!(out, " request={request} tenant={tenant}");
    }
    let error = node.error().map(|error| format!(": {}", error.replace('\n', " ")));
    let _ = writeln!(out, "{}", error.unwrap_or_default());
    for child in tree.children(id) {
        lines(tree, child.id(), depth + 1, out);
    }
}
