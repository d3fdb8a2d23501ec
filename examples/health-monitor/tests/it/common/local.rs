//! A monitor inside of this process, with a configuration in a directory of its own.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use health_monitor::monitor::Monitor;
use health_monitor::settings::{Config, Settings};
use health_monitor::wiring;
use pumped::ScopeBuilder;
use pumped::prelude::*;
use serde_json::Value;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use super::client;

/// A directory with a configuration.
pub(crate) struct Files(TempDir);

impl Files {
    pub(crate) fn new(database: &str, targets: &str) -> Self {
        let files = Self(TempDir::new().unwrap());
        files.write(database, targets);
        files
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn config(&self) -> PathBuf {
        self.path("monitor.toml")
    }

    /// Replaces the configuration.
    pub(crate) fn write(&self, database: &str, targets: &str) {
        let database = self.path(database);
        let listen = "listen = '127.0.0.1:0'";
        self.write_text(&format!("database = '{}'\n{listen}\n{targets}", database.display()));
    }

    /// As editors do: a new file in the place of the old one.
    pub(crate) fn write_text(&self, text: &str) {
        let new = self.path("monitor.toml.new");
        fs::write(&new, text).unwrap();
        fs::rename(&new, self.config()).unwrap();
    }
}

pub(crate) fn settings(file: &Path) -> Settings {
    Settings { file: file.to_owned(), config: Config::load(file).unwrap() }
}

pub(crate) struct Local {
    pub(crate) scope: Scope,
    pub(crate) files: Files,
    pub(crate) address: String,
    monitor: Monitor,
    stop: CancellationToken,
}

impl Local {
    pub(crate) async fn start(targets: &str) -> Self {
        Self::start_with(targets, |builder| builder).await
    }

    /// With something else in place of something.
    pub(crate) async fn start_with(
        targets: &str,
        change: impl FnOnce(ScopeBuilder) -> ScopeBuilder,
    ) -> Self {
        let files = Files::new("a.db", targets);
        let scope = change(wiring::builder(settings(&files.config()))).build().unwrap();
        let stop = CancellationToken::new();
        let monitor = Monitor::start(&scope, stop.clone()).await.unwrap();
        let address = monitor.address().to_string();
        Self { scope, files, address, monitor, stop }
    }

    pub(crate) async fn state_when(&self, what: &str, is_it: impl Fn(&Value) -> bool) -> Value {
        client::state_when(&self.address, what, is_it).await
    }

    /// Ends it as the program would.
    pub(crate) async fn stop(self) {
        self.stop.cancel();
        client::in_time("the monitor ends", self.monitor.ended()).await;
        let closing = self.scope.shutdown(Duration::from_mins(1));
        client::in_time("the scope is closed", closing).await.unwrap();
    }
}
