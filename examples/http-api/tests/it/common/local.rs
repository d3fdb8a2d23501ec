//! A server inside of this process, of a scope that a test has put together.

use std::path::Path;
use std::time::Duration;

use http_api::server::Connections;
use http_api::settings::Settings;
use http_api::wiring::App;
use http_api::{server, wiring};
use pumped::ScopeBuilder;
use pumped::prelude::*;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::client::{Client, FOR_EVER};

pub(crate) struct Local {
    pub(crate) scope: Scope,
    pub(crate) client: Client,
    stop: CancellationToken,
    serving: JoinHandle<Connections>,
    directory: TempDir,
}

fn settings(directory: &Path) -> Settings {
    Settings {
        database: directory.join("a.db"),
        read_timeout: Duration::from_mins(1),
        grace: Duration::from_mins(1),
    }
}

impl Local {
    pub(crate) async fn start() -> Self {
        Self::start_with(|builder| builder).await
    }

    /// With something else in place of something.
    pub(crate) async fn start_with(change: impl FnOnce(ScopeBuilder) -> ScopeBuilder) -> Self {
        Self::start_in(|settings, _| settings, change).await
    }

    pub(crate) async fn start_in(
        set: impl FnOnce(Settings, &Path) -> Settings,
        change: impl FnOnce(ScopeBuilder) -> ScopeBuilder,
    ) -> Self {
        let directory = TempDir::new().unwrap();
        let settings = set(settings(directory.path()), directory.path());
        let scope = change(wiring::builder(settings.clone())).build().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let client = Client::new(&listener.local_addr().unwrap().to_string());
        let router = scope.get::<App>().unwrap().router.clone();
        let stop = CancellationToken::new();
        let stopping = stop.clone();
        let serving = tokio::spawn(async move {
            server::serve(listener, &router, settings.read_timeout, stopping).await
        });
        Self { scope, client, stop, serving, directory }
    }

    pub(crate) fn path(&self, name: &str) -> String {
        self.directory.path().join(name).display().to_string()
    }

    /// Ends it as the program would.
    pub(crate) async fn stop(self) {
        self.stop.cancel();
        let connections = self.serving.await.unwrap();
        self.scope.shutdown(FOR_EVER).await.unwrap();
        connections.end().await;
    }
}
