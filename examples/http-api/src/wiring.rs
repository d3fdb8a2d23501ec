//! What there is, and how a scope of it is made.
//!
//! There is no list of parts here: [`App`] asks for what it needs, and so on. `GET
//! /debug/graph` draws what follows from that.

use axum::Router;
use pumped::ScopeBuilder;
use pumped::extension::Tracing;
use pumped::prelude::*;
use tracing::info;

use crate::blog::Blog;
use crate::database::database;
use crate::http::{Api, routes};
use crate::settings::{Settings, deadline, settings};

/// What has to be there before the first request.
///
/// Nothing depends on it, so at the end it is cleaned up first.
#[executor(cleanup = no_more_requests)]
pub struct App {
    /// What requests go to.
    pub router: Dep<router>,
    /// What most of them work with.
    pub blog: Controller<Blog>,
    /// Where that comes from.
    pub database: Controller<database>,
}

/// A scope that is shut down cleans up when no execution is left.
fn no_more_requests(_: &App) {
    info!("requests ended");
}

/// The routes, with what all of them share.
#[executor]
pub fn router(
    settings: Dep<settings>,
    deadline: Controller<deadline>,
    cx: &ResolveCtx<'_>,
) -> Router {
    routes(Api { scope: cx.scope(), deadline, read_timeout: settings.read_timeout })
}

/// A scope for one server. What is missing in it is found when it is built.
pub fn builder(given: Settings) -> ScopeBuilder {
    Scope::builder()
        .provide::<settings>(given)
        .extension(Tracing::new())
        .history(64)
        .root::<App>()
        .root::<Blog>()
}
